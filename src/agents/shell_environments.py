"""Where the commands of a ``ShellTool`` run: on this machine, or in a container at OpenAI. Data, in OpenAI's form."""

from __future__ import annotations

from typing import Literal, TypeAlias, Union

from typing_extensions import NotRequired, TypedDict


class ShellToolLocalSkill(TypedDict):
    """Instructions and files on this machine that the model may consult."""

    description: str
    name: str
    path: str


class ShellToolSkillReference(TypedDict):
    """A skill that OpenAI stores."""

    type: Literal["skill_reference"]
    skill_id: str
    version: NotRequired[str]


class ShellToolInlineSkillSource(TypedDict):
    """The files of a skill, as a zip archive."""

    data: str
    media_type: Literal["application/zip"]
    type: Literal["base64"]


class ShellToolInlineSkill(TypedDict):
    """A skill that comes with the request."""

    description: str
    name: str
    source: ShellToolInlineSkillSource
    type: Literal["inline"]


ShellToolContainerSkill: TypeAlias = Union[ShellToolSkillReference, ShellToolInlineSkill]
"""A skill of a container."""


class ShellToolContainerNetworkPolicyDomainSecret(TypedDict):
    """A secret that goes to one domain only."""

    domain: str
    name: str
    value: str


class ShellToolContainerNetworkPolicyAllowlist(TypedDict):
    """The container may reach these domains."""

    allowed_domains: list[str]
    type: Literal["allowlist"]
    domain_secrets: NotRequired[list[ShellToolContainerNetworkPolicyDomainSecret]]


class ShellToolContainerNetworkPolicyDisabled(TypedDict):
    """The container may reach nobody."""

    type: Literal["disabled"]


ShellToolContainerNetworkPolicy: TypeAlias = Union[
    ShellToolContainerNetworkPolicyAllowlist, ShellToolContainerNetworkPolicyDisabled
]
"""Whom a container may reach."""


class ShellToolLocalEnvironment(TypedDict):
    """This machine, by way of the tool's executor."""

    type: Literal["local"]
    skills: NotRequired[list[ShellToolLocalSkill]]


class ShellToolContainerAutoEnvironment(TypedDict):
    """A container that OpenAI makes for the run."""

    type: Literal["container_auto"]
    file_ids: NotRequired[list[str]]
    memory_limit: NotRequired[Union[Literal["1g", "4g", "16g", "64g"], None]]
    network_policy: NotRequired[ShellToolContainerNetworkPolicy]
    skills: NotRequired[list[ShellToolContainerSkill]]


class ShellToolContainerReferenceEnvironment(TypedDict):
    """A container that exists at OpenAI."""

    type: Literal["container_reference"]
    container_id: str


ShellToolHostedEnvironment: TypeAlias = Union[ShellToolContainerAutoEnvironment, ShellToolContainerReferenceEnvironment]
"""Containers at OpenAI."""
ShellToolEnvironment: TypeAlias = Union[ShellToolLocalEnvironment, ShellToolHostedEnvironment]
"""Where commands run."""
