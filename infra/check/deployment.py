"""What a deployment of `main.bicep` would hold: all modules followed, all loops spelled out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from infra.check.evaluate import Evaluator
from infra.check.source import BicepError, Source, read_source
from infra.check.values import Choice, Reference, Resource, Unknown, Value

ALLOWED, REQUIRED = "allowed", "Required."


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """What a file wants to be told."""

    file: str
    name: str
    type: str
    description: str
    has_default: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A module as a file uses it."""

    file: str
    symbol: str
    path: str
    name: Value
    """That of its deployment: two of one name would be one."""
    after: tuple[str, ...]
    """Symbols that it waits for beside those that it takes something from."""


@dataclass(slots=True)
class Deployment:
    """All files together."""

    resources: list[Resource] = field(default_factory=list)
    parameters: list[Parameter] = field(default_factory=list)
    modules: list[Module] = field(default_factory=list)
    outputs: dict[str, Value] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    """Modules that are told too much or too little."""

    def deployed(self, type_: str) -> list[Resource]:
        """Return the resources of a type that are made, not only referred to."""
        return [
            resource
            for resource in self.resources
            if resource.type.lower() == type_.lower() and not resource.is_existing
        ]


def deployment_of(
    texts: Mapping[str, str], given: Mapping[str, Value] | None = None, main: str = "main.bicep"
) -> Deployment:
    """Return everything that `main` deploys; BicepError where a file cannot be followed.

    `given` are values of its parameters: what they rule out is left out, what is open stays open.
    """
    whole = Deployment()
    whole.outputs = _File(main, texts, given or {}, whole, is_conditional=False).outputs()
    return whole


class _File:
    """One file with what it is given; its names are worked out when they are first asked for."""

    def __init__(
        self,
        name: str,
        texts: Mapping[str, str],
        given: Mapping[str, Value],
        whole: Deployment,
        *,
        is_conditional: bool,
    ) -> None:
        if name not in texts:
            raise BicepError(f"{name}: there is no such file")
        self._source: Source = read_source(name, texts[name])
        self._texts, self._given, self._whole = texts, given, whole
        self._is_conditional = is_conditional
        self._known: dict[str, Value] = {}
        self._evaluator = Evaluator(self._look)
        self._whole.faults += [
            f"{name}: {each}: declared and never used" for each in self._source.idle
        ]
        for each in self._source.declared("parameters"):
            self._whole.parameters.append(self._parameter(each))
        for kind in ("modules", "resources"):
            for each in self._source.declared(kind):
                self._look(each)

    def outputs(self) -> dict[str, Value]:
        found = self._source.declared("outputs")
        return {name: self._evaluator.of(each["value"]) for name, each in found.items()}

    def _look(self, name: str) -> Value:
        if name not in self._known:
            self._known[name] = Unknown(name)  # whoever asks for it meanwhile goes round in circles
            self._known[name] = self._worked_out(name)
        return self._known[name]

    def _worked_out(self, name: str) -> Value:
        declared = self._source.declared
        if name in declared("parameters"):
            return self._given.get(name, self._open(name))
        if name in declared("variables"):
            return self._evaluator.of(declared("variables")[name]["value"])
        if name in declared("modules"):
            return self._module(name, declared("modules")[name])
        if name in declared("resources"):
            return self._resource(name, declared("resources")[name])
        del self._known[name]
        raise KeyError(name)

    def _open(self, name: str) -> Value:
        """Return a parameter of which nothing but its declaration is known."""
        declared = self._source.declared("parameters")[name]
        for decorator in declared["decorators"] or ():
            if decorator["type"] == ALLOWED:
                return Choice(tuple(decorator["argument"]))
        return Unknown(name, declared["type"])

    def _parameter(self, name: str) -> Parameter:
        declared = self._source.declared("parameters")[name]
        decorators = {each["type"]: each["argument"] for each in declared["decorators"] or ()}
        return Parameter(
            file=self._source.name,
            name=name,
            type=declared["type"],
            description=str(decorators.get("description", "")),
            has_default=declared["default"] is not None,
        )

    def _module(self, name: str, declared: Mapping[str, Any]) -> Value:
        config, is_conditional = self._unconditional(declared["config"])
        path = declared["detail"]["path"]
        if config is None:
            return Unknown(f"{name} that is not there")
        after = tuple(str(each) for each in config.get("dependsOn", ()))
        deployed_as = self._evaluator.of(config.get("name"))
        self._whole.modules.append(
            Module(file=self._source.name, symbol=name, path=path, name=deployed_as, after=after)
        )
        given = {key: self._evaluator.of(each) for key, each in config.get("params", {}).items()}
        inner = _File(
            path,
            self._texts,
            given,
            self._whole,
            is_conditional=self._is_conditional or is_conditional,
        )
        self._whole.faults += [f"{self._source.name}: {name}: {x}" for x in inner.misfits()]
        return {"outputs": dict(inner.outputs())}

    def misfits(self) -> list[str]:
        wanted = self._source.declared("parameters")
        needed = {name for name, each in wanted.items() if each["default"] is None}
        return [f"{name} is not a parameter" for name in sorted(self._given.keys() - wanted)] + [
            f"{name} is missing" for name in sorted(needed - self._given.keys())
        ]

    def _resource(self, name: str, declared: Mapping[str, Any]) -> Value:
        config, is_conditional = self._unconditional(declared["config"])
        if config is None:
            return Unknown(f"{name} that is not there")
        if "loop_type" not in config:
            return self._deployed(name, declared, config, self._evaluator, is_conditional)
        rounds = self._evaluator.spelled_out(config)
        return [
            self._deployed(name, declared, config["config"], each, is_conditional)
            for each in rounds
        ]

    def _unconditional(self, config: dict[str, Any]) -> tuple[dict[str, Any] | None, bool]:
        """Return what is deployed, None for nothing, and whether that depends on something."""
        if config.keys() != {"condition", "config"}:
            return config, False
        condition = self._evaluator.of(config["condition"])
        if isinstance(condition, bool):
            return (config["config"] if condition else None), False
        return config["config"], True

    def _deployed(
        self,
        symbol: str,
        declared: Mapping[str, Any],
        config: Mapping[str, Any],
        evaluator: Evaluator,
        is_conditional: bool,
    ) -> Reference:
        body = evaluator.properties(config)
        resource = Resource(
            file=self._source.name,
            symbol=symbol,
            type=declared["type"],
            version=declared["api_version"],
            body=body,
            is_existing=declared["existing"],
            is_conditional=self._is_conditional or is_conditional,
        )
        self._whole.resources.append(resource)
        return Reference(resource.type, body.get("name"), symbol)
