"""What the REST face promises: types and operations as data, assembled into `openapi.json`.

Names and types are the vendor's, German and French ones included; the texts are this project's.
The same tables drive the routes and the binding of requests, so face and document cannot disagree.
"""
