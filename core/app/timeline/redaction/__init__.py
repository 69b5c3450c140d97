"""What of a meeting may be told, decided in this one package (D13).

    stored or shown                     told                          of a private meeting
    ids, versions, stamps, states       as they are                   as they are
    when we did something               as it is                      as it is
    steps, aspects, outcomes, codes     if they are words of ours     steps without what and when,
                                                                      no aspects
    reasons of ours                     if they follow from a rule    the same
    texts of ours                       without names, addresses      nothing
    time, resource                      as they are                   nothing
    subject, people, place, body,       nothing                       nothing
    what ROOMS said

What cannot be known to be public is told like what is private. Nothing of a timeline is made
anywhere else, so nothing else can get into it.
"""
