"""Agents that run on any model, with the public API of ``openai-agents``.

The names below are loaded with their first use: ``import agents`` itself costs next to nothing, and nobody pays for
what they do not import. ``_HOME`` says where each lives; type checkers read the block above it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .util._lazy import names_from

if TYPE_CHECKING:
    from .agent import Agent as Agent
    from .agent import AgentBase as AgentBase
    from .agent import StopAtTools as StopAtTools
    from .agent import ToolsToFinalOutputFunction as ToolsToFinalOutputFunction
    from .agent import ToolsToFinalOutputResult as ToolsToFinalOutputResult
    from .agent_output import AgentOutputSchema as AgentOutputSchema
    from .agent_output import AgentOutputSchemaBase as AgentOutputSchemaBase
    from .agent_tool import AgentToolStreamEvent as AgentToolStreamEvent
    from .computer import Button as Button
    from .computer import Environment as Environment
    from .custom_tool import CustomTool as CustomTool
    from .custom_tool import CustomToolCustomDataContext as CustomToolCustomDataContext
    from .custom_tool import CustomToolCustomDataExtractor as CustomToolCustomDataExtractor
    from .editor import ApplyPatchEditor as ApplyPatchEditor
    from .editor import ApplyPatchOperation as ApplyPatchOperation
    from .editor import ApplyPatchResult as ApplyPatchResult
    from .exceptions import AgentsException as AgentsException
    from .exceptions import AuthenticationError as AuthenticationError
    from .exceptions import BadRequestError as BadRequestError
    from .exceptions import ConflictError as ConflictError
    from .exceptions import ContentPolicyError as ContentPolicyError
    from .exceptions import ContextLengthError as ContextLengthError
    from .exceptions import InputGuardrailTripwireTriggered as InputGuardrailTripwireTriggered
    from .exceptions import MaxTurnsExceeded as MaxTurnsExceeded
    from .exceptions import MCPConnectionError as MCPConnectionError
    from .exceptions import MCPServerError as MCPServerError
    from .exceptions import MCPTimeoutError as MCPTimeoutError
    from .exceptions import MCPToolCancellationError as MCPToolCancellationError
    from .exceptions import ModelBehaviorError as ModelBehaviorError
    from .exceptions import ModelRefusalError as ModelRefusalError
    from .exceptions import ModelTimeoutError as ModelTimeoutError
    from .exceptions import NotFoundError as NotFoundError
    from .exceptions import OutputGuardrailTripwireTriggered as OutputGuardrailTripwireTriggered
    from .exceptions import OverloadedError as OverloadedError
    from .exceptions import PatchError as PatchError
    from .exceptions import PermissionDeniedError as PermissionDeniedError
    from .exceptions import ProviderConnectionError as ProviderConnectionError
    from .exceptions import ProviderError as ProviderError
    from .exceptions import ProviderProtocolError as ProviderProtocolError
    from .exceptions import ProviderStatusError as ProviderStatusError
    from .exceptions import ProviderTimeoutError as ProviderTimeoutError
    from .exceptions import QuotaExceededError as QuotaExceededError
    from .exceptions import RateLimitError as RateLimitError
    from .exceptions import RunErrorDetails as RunErrorDetails
    from .exceptions import ServerError as ServerError
    from .exceptions import SessionConnectionError as SessionConnectionError
    from .exceptions import SessionDataError as SessionDataError
    from .exceptions import SessionError as SessionError
    from .exceptions import SessionSchemaError as SessionSchemaError
    from .exceptions import ToolInputGuardrailTripwireTriggered as ToolInputGuardrailTripwireTriggered
    from .exceptions import ToolOutputGuardrailTripwireTriggered as ToolOutputGuardrailTripwireTriggered
    from .exceptions import ToolTimeoutError as ToolTimeoutError
    from .exceptions import UsageLimitExceeded as UsageLimitExceeded
    from .exceptions import UserError as UserError
    from .function_tools import FunctionTool as FunctionTool
    from .function_tools import FunctionToolCustomDataContext as FunctionToolCustomDataContext
    from .function_tools import FunctionToolCustomDataExtractor as FunctionToolCustomDataExtractor
    from .function_tools import FunctionToolResult as FunctionToolResult
    from .guardrail import GuardrailFunctionOutput as GuardrailFunctionOutput
    from .guardrail import InputGuardrail as InputGuardrail
    from .guardrail import InputGuardrailResult as InputGuardrailResult
    from .guardrail import OutputGuardrail as OutputGuardrail
    from .guardrail import OutputGuardrailResult as OutputGuardrailResult
    from .guardrail import input_guardrail as input_guardrail
    from .guardrail import output_guardrail as output_guardrail
    from .handoffs import Handoff as Handoff
    from .handoffs import HandoffInputData as HandoffInputData
    from .handoffs import HandoffInputFilter as HandoffInputFilter
    from .handoffs import default_handoff_history_mapper as default_handoff_history_mapper
    from .handoffs import get_conversation_history_wrappers as get_conversation_history_wrappers
    from .handoffs import handoff as handoff
    from .handoffs import nest_handoff_history as nest_handoff_history
    from .handoffs import reset_conversation_history_wrappers as reset_conversation_history_wrappers
    from .handoffs import set_conversation_history_wrappers as set_conversation_history_wrappers
    from .hosted_tools import CodeInterpreterTool as CodeInterpreterTool
    from .hosted_tools import FileSearchTool as FileSearchTool
    from .hosted_tools import HostedMCPTool as HostedMCPTool
    from .hosted_tools import ImageGenerationTool as ImageGenerationTool
    from .hosted_tools import ImageGenerationToolConfig as ImageGenerationToolConfig
    from .hosted_tools import MCPToolApprovalFunction as MCPToolApprovalFunction
    from .hosted_tools import MCPToolApprovalFunctionResult as MCPToolApprovalFunctionResult
    from .hosted_tools import MCPToolApprovalRequest as MCPToolApprovalRequest
    from .hosted_tools import WebSearchTool as WebSearchTool
    from .hosted_tools import WebSearchToolImageSettings as WebSearchToolImageSettings
    from .items import CompactionItem as CompactionItem
    from .items import HandoffCallItem as HandoffCallItem
    from .items import HandoffOutputItem as HandoffOutputItem
    from .items import InputItem as InputItem
    from .items import ItemHelpers as ItemHelpers
    from .items import MCPApprovalRequestItem as MCPApprovalRequestItem
    from .items import MCPApprovalResponseItem as MCPApprovalResponseItem
    from .items import MCPListToolsItem as MCPListToolsItem
    from .items import MessageOutputItem as MessageOutputItem
    from .items import ModelResponse as ModelResponse
    from .items import ReasoningItem as ReasoningItem
    from .items import RunItem as RunItem
    from .items import ToolApprovalItem as ToolApprovalItem
    from .items import ToolCallItem as ToolCallItem
    from .items import ToolCallOutputItem as ToolCallOutputItem
    from .items import ToolSearchCallItem as ToolSearchCallItem
    from .items import ToolSearchOutputItem as ToolSearchOutputItem
    from .items import TResponseInputItem as TResponseInputItem
    from .lifecycle import AgentHooks as AgentHooks
    from .lifecycle import RunHooks as RunHooks
    from .logger import enable_verbose_stdout_logging as enable_verbose_stdout_logging
    from .memory import OpenAIConversationsSession as OpenAIConversationsSession
    from .memory import OpenAIResponsesCompactionArgs as OpenAIResponsesCompactionArgs
    from .memory import OpenAIResponsesCompactionAwareSession as OpenAIResponsesCompactionAwareSession
    from .memory import OpenAIResponsesCompactionSession as OpenAIResponsesCompactionSession
    from .memory import Session as Session
    from .memory import SessionABC as SessionABC
    from .memory import SessionSettings as SessionSettings
    from .memory import SQLiteSession as SQLiteSession
    from .memory import is_openai_responses_compaction_aware_session as is_openai_responses_compaction_aware_session
    from .model_settings import ModelSettings as ModelSettings
    from .models.any_model import AnyModel as AnyModel
    from .models.fallback import FallbackModel as FallbackModel
    from .models.interface import Model as Model
    from .models.interface import ModelProvider as ModelProvider
    from .models.interface import ModelTracing as ModelTracing
    from .models.multi_provider import MultiProvider as MultiProvider
    from .models.openai_chatcompletions import OpenAIChatCompletionsModel as OpenAIChatCompletionsModel
    from .models.openai_defaults import set_default_openai_api as set_default_openai_api
    from .models.openai_defaults import set_default_openai_client as set_default_openai_client
    from .models.openai_defaults import set_default_openai_key as set_default_openai_key
    from .models.openai_defaults import (
        set_default_openai_responses_transport as set_default_openai_responses_transport,
    )
    from .models.openai_provider import OpenAIProvider as OpenAIProvider
    from .models.openai_responses import OpenAIResponsesModel as OpenAIResponsesModel
    from .patch import apply_diff as apply_diff
    from .patch_tool import ApplyPatchTool as ApplyPatchTool
    from .patch_tool import ApplyPatchToolCustomDataContext as ApplyPatchToolCustomDataContext
    from .patch_tool import ApplyPatchToolCustomDataExtractor as ApplyPatchToolCustomDataExtractor
    from .programmatic_tools import ProgrammaticToolCallingTool as ProgrammaticToolCallingTool
    from .prompts import DynamicPromptFunction as DynamicPromptFunction
    from .prompts import GenerateDynamicPromptData as GenerateDynamicPromptData
    from .prompts import Prompt as Prompt
    from .repl import run_demo_loop as run_demo_loop
    from .result import AgentToolInvocation as AgentToolInvocation
    from .result import RunResult as RunResult
    from .result import RunResultStreaming as RunResultStreaming
    from .retry import ModelRetryAdvice as ModelRetryAdvice
    from .retry import ModelRetryAdviceRequest as ModelRetryAdviceRequest
    from .retry import ModelRetryBackoffSettings as ModelRetryBackoffSettings
    from .retry import ModelRetryNormalizedError as ModelRetryNormalizedError
    from .retry import ModelRetrySettings as ModelRetrySettings
    from .retry import RetryDecision as RetryDecision
    from .retry import RetryPolicy as RetryPolicy
    from .retry import RetryPolicyContext as RetryPolicyContext
    from .retry import retry_policies as retry_policies
    from .run import Runner as Runner
    from .run_config import OutputGuardrailBlockedMessageArgs as OutputGuardrailBlockedMessageArgs
    from .run_config import OutputGuardrailBlockedMessageFormatter as OutputGuardrailBlockedMessageFormatter
    from .run_config import ReasoningItemIdPolicy as ReasoningItemIdPolicy
    from .run_config import RunConfig as RunConfig
    from .run_config import ToolErrorFormatter as ToolErrorFormatter
    from .run_config import ToolErrorFormatterArgs as ToolErrorFormatterArgs
    from .run_config import ToolExecutionConfig as ToolExecutionConfig
    from .run_config import ToolNameCollisionPolicy as ToolNameCollisionPolicy
    from .run_config import ToolNotFoundBehavior as ToolNotFoundBehavior
    from .run_context import AgentHookContext as AgentHookContext
    from .run_context import RunContextWrapper as RunContextWrapper
    from .run_context import TContext as TContext
    from .run_error_handlers import RunErrorData as RunErrorData
    from .run_error_handlers import RunErrorHandler as RunErrorHandler
    from .run_error_handlers import RunErrorHandlerInput as RunErrorHandlerInput
    from .run_error_handlers import RunErrorHandlerResult as RunErrorHandlerResult
    from .run_error_handlers import RunErrorHandlers as RunErrorHandlers
    from .run_state import RunState as RunState
    from .shell_environments import ShellToolContainerAutoEnvironment as ShellToolContainerAutoEnvironment
    from .shell_environments import ShellToolContainerNetworkPolicy as ShellToolContainerNetworkPolicy
    from .shell_environments import ShellToolContainerNetworkPolicyAllowlist as ShellToolContainerNetworkPolicyAllowlist
    from .shell_environments import ShellToolContainerNetworkPolicyDisabled as ShellToolContainerNetworkPolicyDisabled
    from .shell_environments import (
        ShellToolContainerNetworkPolicyDomainSecret as ShellToolContainerNetworkPolicyDomainSecret,
    )
    from .shell_environments import ShellToolContainerReferenceEnvironment as ShellToolContainerReferenceEnvironment
    from .shell_environments import ShellToolContainerSkill as ShellToolContainerSkill
    from .shell_environments import ShellToolEnvironment as ShellToolEnvironment
    from .shell_environments import ShellToolHostedEnvironment as ShellToolHostedEnvironment
    from .shell_environments import ShellToolInlineSkill as ShellToolInlineSkill
    from .shell_environments import ShellToolInlineSkillSource as ShellToolInlineSkillSource
    from .shell_environments import ShellToolLocalEnvironment as ShellToolLocalEnvironment
    from .shell_environments import ShellToolLocalSkill as ShellToolLocalSkill
    from .shell_environments import ShellToolSkillReference as ShellToolSkillReference
    from .shell_tool import LocalShellCommandRequest as LocalShellCommandRequest
    from .shell_tool import LocalShellExecutor as LocalShellExecutor
    from .shell_tool import LocalShellTool as LocalShellTool
    from .shell_tool import ShellActionRequest as ShellActionRequest
    from .shell_tool import ShellCallData as ShellCallData
    from .shell_tool import ShellCallOutcome as ShellCallOutcome
    from .shell_tool import ShellCommandOutput as ShellCommandOutput
    from .shell_tool import ShellCommandRequest as ShellCommandRequest
    from .shell_tool import ShellExecutor as ShellExecutor
    from .shell_tool import ShellResult as ShellResult
    from .shell_tool import ShellTool as ShellTool
    from .stream_events import AgentUpdatedStreamEvent as AgentUpdatedStreamEvent
    from .stream_events import ModelFallbackStreamEvent as ModelFallbackStreamEvent
    from .stream_events import RawResponsesStreamEvent as RawResponsesStreamEvent
    from .stream_events import RunItemStreamEvent as RunItemStreamEvent
    from .stream_events import StreamEvent as StreamEvent
    from .tool_callers import ToolCaller as ToolCaller
    from .tool_context import ToolContext as ToolContext
    from .tool_decorator import function_tool as function_tool
    from .tool_guardrails import ToolGuardrailFunctionOutput as ToolGuardrailFunctionOutput
    from .tool_guardrails import ToolInputGuardrail as ToolInputGuardrail
    from .tool_guardrails import ToolInputGuardrailData as ToolInputGuardrailData
    from .tool_guardrails import ToolInputGuardrailResult as ToolInputGuardrailResult
    from .tool_guardrails import ToolOutputGuardrail as ToolOutputGuardrail
    from .tool_guardrails import ToolOutputGuardrailData as ToolOutputGuardrailData
    from .tool_guardrails import ToolOutputGuardrailResult as ToolOutputGuardrailResult
    from .tool_guardrails import tool_input_guardrail as tool_input_guardrail
    from .tool_guardrails import tool_output_guardrail as tool_output_guardrail
    from .tool_invocation import default_tool_error_function as default_tool_error_function
    from .tool_kinds import Tool as Tool
    from .tool_namespaces import tool_namespace as tool_namespace
    from .tool_origin import ToolOrigin as ToolOrigin
    from .tool_origin import ToolOriginType as ToolOriginType
    from .tool_output_content import ToolOutputFileContent as ToolOutputFileContent
    from .tool_output_content import ToolOutputFileContentDict as ToolOutputFileContentDict
    from .tool_output_content import ToolOutputImage as ToolOutputImage
    from .tool_output_content import ToolOutputImageDict as ToolOutputImageDict
    from .tool_output_content import ToolOutputText as ToolOutputText
    from .tool_output_content import ToolOutputTextDict as ToolOutputTextDict
    from .tool_search import ToolSearchTool as ToolSearchTool
    from .tracing import AgentSpanData as AgentSpanData
    from .tracing import CustomSpanData as CustomSpanData
    from .tracing import FunctionSpanData as FunctionSpanData
    from .tracing import GenerationSpanData as GenerationSpanData
    from .tracing import GuardrailSpanData as GuardrailSpanData
    from .tracing import HandoffSpanData as HandoffSpanData
    from .tracing import MCPListToolsSpanData as MCPListToolsSpanData
    from .tracing import ResponseSpanData as ResponseSpanData
    from .tracing import Span as Span
    from .tracing import SpanData as SpanData
    from .tracing import SpanError as SpanError
    from .tracing import TaskSpanData as TaskSpanData
    from .tracing import Trace as Trace
    from .tracing import TracingProcessor as TracingProcessor
    from .tracing import TurnSpanData as TurnSpanData
    from .tracing import add_trace_processor as add_trace_processor
    from .tracing import agent_span as agent_span
    from .tracing import custom_span as custom_span
    from .tracing import flush_traces as flush_traces
    from .tracing import function_span as function_span
    from .tracing import gen_span_id as gen_span_id
    from .tracing import gen_trace_id as gen_trace_id
    from .tracing import generation_span as generation_span
    from .tracing import get_current_span as get_current_span
    from .tracing import get_current_trace as get_current_trace
    from .tracing import guardrail_span as guardrail_span
    from .tracing import handoff_span as handoff_span
    from .tracing import mcp_tools_span as mcp_tools_span
    from .tracing import response_span as response_span
    from .tracing import set_trace_processors as set_trace_processors
    from .tracing import set_trace_provider as set_trace_provider
    from .tracing import set_tracing_disabled as set_tracing_disabled
    from .tracing import set_tracing_export_api_key as set_tracing_export_api_key
    from .tracing import task_span as task_span
    from .tracing import trace as trace
    from .tracing import turn_span as turn_span
    from .usage import RequestUsage as RequestUsage
    from .usage import Usage as Usage
    from .usage_limits import UsageLimits as UsageLimits
    from .version import __version__ as __version__

_HOME = {
    "AgentToolStreamEvent": "agent_tool",
    "PatchError": "exceptions",
    "UsageLimitExceeded": "exceptions",
    "AnyModel": "models.any_model",
    "Agent": "agent",
    "AgentBase": "agent",
    "StopAtTools": "agent",
    "ToolsToFinalOutputFunction": "agent",
    "ToolsToFinalOutputResult": "agent",
    "AgentOutputSchema": "agent_output",
    "AgentOutputSchemaBase": "agent_output",
    "AgentsException": "exceptions",
    "AuthenticationError": "exceptions",
    "BadRequestError": "exceptions",
    "ConflictError": "exceptions",
    "ContentPolicyError": "exceptions",
    "ContextLengthError": "exceptions",
    "InputGuardrailTripwireTriggered": "exceptions",
    "MCPConnectionError": "exceptions",
    "MCPServerError": "exceptions",
    "MCPTimeoutError": "exceptions",
    "MCPToolCancellationError": "exceptions",
    "MaxTurnsExceeded": "exceptions",
    "ModelBehaviorError": "exceptions",
    "ModelRefusalError": "exceptions",
    "ModelTimeoutError": "exceptions",
    "NotFoundError": "exceptions",
    "OutputGuardrailTripwireTriggered": "exceptions",
    "OverloadedError": "exceptions",
    "PermissionDeniedError": "exceptions",
    "ProviderConnectionError": "exceptions",
    "ProviderError": "exceptions",
    "ProviderProtocolError": "exceptions",
    "ProviderStatusError": "exceptions",
    "ProviderTimeoutError": "exceptions",
    "QuotaExceededError": "exceptions",
    "RateLimitError": "exceptions",
    "RunErrorDetails": "exceptions",
    "ServerError": "exceptions",
    "SessionConnectionError": "exceptions",
    "SessionDataError": "exceptions",
    "SessionError": "exceptions",
    "SessionSchemaError": "exceptions",
    "ToolInputGuardrailTripwireTriggered": "exceptions",
    "ToolOutputGuardrailTripwireTriggered": "exceptions",
    "ToolTimeoutError": "exceptions",
    "UserError": "exceptions",
    "GuardrailFunctionOutput": "guardrail",
    "InputGuardrail": "guardrail",
    "InputGuardrailResult": "guardrail",
    "OutputGuardrail": "guardrail",
    "OutputGuardrailResult": "guardrail",
    "input_guardrail": "guardrail",
    "output_guardrail": "guardrail",
    "Handoff": "handoffs",
    "HandoffInputData": "handoffs",
    "HandoffInputFilter": "handoffs",
    "default_handoff_history_mapper": "handoffs",
    "get_conversation_history_wrappers": "handoffs",
    "handoff": "handoffs",
    "nest_handoff_history": "handoffs",
    "reset_conversation_history_wrappers": "handoffs",
    "set_conversation_history_wrappers": "handoffs",
    "CompactionItem": "items",
    "HandoffCallItem": "items",
    "HandoffOutputItem": "items",
    "InputItem": "items",
    "ItemHelpers": "items",
    "MCPApprovalRequestItem": "items",
    "MCPApprovalResponseItem": "items",
    "MCPListToolsItem": "items",
    "MessageOutputItem": "items",
    "ModelResponse": "items",
    "ReasoningItem": "items",
    "RunItem": "items",
    "TResponseInputItem": "items",
    "ToolApprovalItem": "items",
    "ToolCallItem": "items",
    "ToolCallOutputItem": "items",
    "ToolSearchCallItem": "items",
    "ToolSearchOutputItem": "items",
    "AgentHooks": "lifecycle",
    "RunHooks": "lifecycle",
    "OpenAIConversationsSession": "memory",
    "OpenAIResponsesCompactionArgs": "memory",
    "OpenAIResponsesCompactionAwareSession": "memory",
    "OpenAIResponsesCompactionSession": "memory",
    "is_openai_responses_compaction_aware_session": "memory",
    "Session": "memory",
    "SessionABC": "memory",
    "SessionSettings": "memory",
    "SQLiteSession": "memory",
    "enable_verbose_stdout_logging": "logger",
    "ModelSettings": "model_settings",
    "FallbackModel": "models.fallback",
    "Model": "models.interface",
    "ModelProvider": "models.interface",
    "ModelTracing": "models.interface",
    "MultiProvider": "models.multi_provider",
    "OpenAIChatCompletionsModel": "models.openai_chatcompletions",
    "set_default_openai_api": "models.openai_defaults",
    "set_default_openai_client": "models.openai_defaults",
    "set_default_openai_responses_transport": "models.openai_defaults",
    "set_default_openai_key": "models.openai_defaults",
    "OpenAIProvider": "models.openai_provider",
    "OpenAIResponsesModel": "models.openai_responses",
    "DynamicPromptFunction": "prompts",
    "GenerateDynamicPromptData": "prompts",
    "Prompt": "prompts",
    "AgentToolInvocation": "result",
    "RunResult": "result",
    "RunResultStreaming": "result",
    "ModelRetryAdvice": "retry",
    "ModelRetryAdviceRequest": "retry",
    "ModelRetryBackoffSettings": "retry",
    "ModelRetryNormalizedError": "retry",
    "ModelRetrySettings": "retry",
    "RetryDecision": "retry",
    "RetryPolicy": "retry",
    "RetryPolicyContext": "retry",
    "retry_policies": "retry",
    "Runner": "run",
    "OutputGuardrailBlockedMessageArgs": "run_config",
    "OutputGuardrailBlockedMessageFormatter": "run_config",
    "ReasoningItemIdPolicy": "run_config",
    "RunConfig": "run_config",
    "ToolErrorFormatter": "run_config",
    "ToolErrorFormatterArgs": "run_config",
    "ToolExecutionConfig": "run_config",
    "ToolNameCollisionPolicy": "run_config",
    "ToolNotFoundBehavior": "run_config",
    "AgentHookContext": "run_context",
    "RunContextWrapper": "run_context",
    "TContext": "run_context",
    "RunErrorData": "run_error_handlers",
    "RunErrorHandler": "run_error_handlers",
    "RunErrorHandlerInput": "run_error_handlers",
    "RunErrorHandlerResult": "run_error_handlers",
    "RunErrorHandlers": "run_error_handlers",
    "RunState": "run_state",
    "AgentUpdatedStreamEvent": "stream_events",
    "ModelFallbackStreamEvent": "stream_events",
    "RawResponsesStreamEvent": "stream_events",
    "RunItemStreamEvent": "stream_events",
    "StreamEvent": "stream_events",
    "ApplyPatchTool": "patch_tool",
    "ApplyPatchToolCustomDataContext": "patch_tool",
    "ApplyPatchToolCustomDataExtractor": "patch_tool",
    "CodeInterpreterTool": "hosted_tools",
    "CustomTool": "custom_tool",
    "CustomToolCustomDataContext": "custom_tool",
    "CustomToolCustomDataExtractor": "custom_tool",
    "default_tool_error_function": "tool_invocation",
    "FileSearchTool": "hosted_tools",
    "function_tool": "tool_decorator",
    "FunctionTool": "function_tools",
    "FunctionToolCustomDataContext": "function_tools",
    "FunctionToolCustomDataExtractor": "function_tools",
    "FunctionToolResult": "function_tools",
    "HostedMCPTool": "hosted_tools",
    "ImageGenerationTool": "hosted_tools",
    "ImageGenerationToolConfig": "hosted_tools",
    "LocalShellCommandRequest": "shell_tool",
    "LocalShellExecutor": "shell_tool",
    "LocalShellTool": "shell_tool",
    "MCPToolApprovalFunction": "hosted_tools",
    "MCPToolApprovalFunctionResult": "hosted_tools",
    "MCPToolApprovalRequest": "hosted_tools",
    "ProgrammaticToolCallingTool": "programmatic_tools",
    "ShellActionRequest": "shell_tool",
    "ShellCallData": "shell_tool",
    "ShellCallOutcome": "shell_tool",
    "ShellCommandOutput": "shell_tool",
    "ShellCommandRequest": "shell_tool",
    "ShellExecutor": "shell_tool",
    "ShellResult": "shell_tool",
    "ShellTool": "shell_tool",
    "ShellToolContainerAutoEnvironment": "shell_environments",
    "ShellToolContainerNetworkPolicy": "shell_environments",
    "ShellToolContainerNetworkPolicyAllowlist": "shell_environments",
    "ShellToolContainerNetworkPolicyDisabled": "shell_environments",
    "ShellToolContainerNetworkPolicyDomainSecret": "shell_environments",
    "ShellToolContainerReferenceEnvironment": "shell_environments",
    "ShellToolContainerSkill": "shell_environments",
    "ShellToolEnvironment": "shell_environments",
    "ShellToolHostedEnvironment": "shell_environments",
    "ShellToolInlineSkill": "shell_environments",
    "ShellToolInlineSkillSource": "shell_environments",
    "ShellToolLocalEnvironment": "shell_environments",
    "ShellToolLocalSkill": "shell_environments",
    "ShellToolSkillReference": "shell_environments",
    "Tool": "tool_kinds",
    "tool_namespace": "tool_namespaces",
    "ToolCaller": "tool_callers",
    "ToolSearchTool": "tool_search",
    "WebSearchTool": "hosted_tools",
    "WebSearchToolImageSettings": "hosted_tools",
    "ToolContext": "tool_context",
    "ToolGuardrailFunctionOutput": "tool_guardrails",
    "ToolInputGuardrail": "tool_guardrails",
    "ToolInputGuardrailData": "tool_guardrails",
    "ToolInputGuardrailResult": "tool_guardrails",
    "ToolOutputGuardrail": "tool_guardrails",
    "ToolOutputGuardrailData": "tool_guardrails",
    "ToolOutputGuardrailResult": "tool_guardrails",
    "tool_input_guardrail": "tool_guardrails",
    "tool_output_guardrail": "tool_guardrails",
    "ToolOutputFileContent": "tool_output_content",
    "ToolOutputFileContentDict": "tool_output_content",
    "ToolOutputImage": "tool_output_content",
    "ToolOutputImageDict": "tool_output_content",
    "ToolOutputText": "tool_output_content",
    "ToolOutputTextDict": "tool_output_content",
    "AgentSpanData": "tracing",
    "CustomSpanData": "tracing",
    "FunctionSpanData": "tracing",
    "GenerationSpanData": "tracing",
    "GuardrailSpanData": "tracing",
    "HandoffSpanData": "tracing",
    "MCPListToolsSpanData": "tracing",
    "ResponseSpanData": "tracing",
    "Span": "tracing",
    "SpanData": "tracing",
    "SpanError": "tracing",
    "TaskSpanData": "tracing",
    "Trace": "tracing",
    "TracingProcessor": "tracing",
    "TurnSpanData": "tracing",
    "add_trace_processor": "tracing",
    "agent_span": "tracing",
    "custom_span": "tracing",
    "flush_traces": "tracing",
    "function_span": "tracing",
    "gen_span_id": "tracing",
    "gen_trace_id": "tracing",
    "generation_span": "tracing",
    "get_current_span": "tracing",
    "get_current_trace": "tracing",
    "guardrail_span": "tracing",
    "handoff_span": "tracing",
    "mcp_tools_span": "tracing",
    "response_span": "tracing",
    "set_trace_processors": "tracing",
    "set_trace_provider": "tracing",
    "set_tracing_disabled": "tracing",
    "set_tracing_export_api_key": "tracing",
    "task_span": "tracing",
    "trace": "tracing",
    "turn_span": "tracing",
    "RequestUsage": "usage",
    "Usage": "usage",
    "UsageLimits": "usage_limits",
    "__version__": "version",
    "run_demo_loop": "repl",
    "apply_diff": "patch",
    "Button": "computer",
    "Environment": "computer",
    "ApplyPatchEditor": "editor",
    "ApplyPatchOperation": "editor",
    "ApplyPatchResult": "editor",
    "ToolOrigin": "tool_origin",
    "ToolOriginType": "tool_origin",
}

__all__ = [
    "Agent",
    "AgentBase",
    "AgentHookContext",
    "AgentHooks",
    "AgentOutputSchema",
    "AgentOutputSchemaBase",
    "AgentSpanData",
    "AgentToolInvocation",
    "AgentToolStreamEvent",
    "AgentUpdatedStreamEvent",
    "AgentsException",
    "AnyModel",
    "ApplyPatchEditor",
    "ApplyPatchOperation",
    "ApplyPatchResult",
    "ApplyPatchTool",
    "ApplyPatchToolCustomDataContext",
    "ApplyPatchToolCustomDataExtractor",
    "AuthenticationError",
    "BadRequestError",
    "Button",
    "CodeInterpreterTool",
    "CompactionItem",
    "ConflictError",
    "ContentPolicyError",
    "ContextLengthError",
    "CustomSpanData",
    "CustomTool",
    "CustomToolCustomDataContext",
    "CustomToolCustomDataExtractor",
    "DynamicPromptFunction",
    "Environment",
    "FallbackModel",
    "FileSearchTool",
    "FunctionSpanData",
    "FunctionTool",
    "FunctionToolCustomDataContext",
    "FunctionToolCustomDataExtractor",
    "FunctionToolResult",
    "GenerateDynamicPromptData",
    "GenerationSpanData",
    "GuardrailFunctionOutput",
    "GuardrailSpanData",
    "Handoff",
    "HandoffCallItem",
    "HandoffInputData",
    "HandoffInputFilter",
    "HandoffOutputItem",
    "HandoffSpanData",
    "HostedMCPTool",
    "ImageGenerationTool",
    "ImageGenerationToolConfig",
    "InputGuardrail",
    "InputGuardrailResult",
    "InputGuardrailTripwireTriggered",
    "InputItem",
    "ItemHelpers",
    "LocalShellCommandRequest",
    "LocalShellExecutor",
    "LocalShellTool",
    "MCPApprovalRequestItem",
    "MCPApprovalResponseItem",
    "MCPConnectionError",
    "MCPListToolsItem",
    "MCPListToolsSpanData",
    "MCPServerError",
    "MCPTimeoutError",
    "MCPToolApprovalFunction",
    "MCPToolApprovalFunctionResult",
    "MCPToolApprovalRequest",
    "MCPToolCancellationError",
    "MaxTurnsExceeded",
    "MessageOutputItem",
    "Model",
    "ModelBehaviorError",
    "ModelFallbackStreamEvent",
    "ModelProvider",
    "ModelRefusalError",
    "ModelResponse",
    "ModelRetryAdvice",
    "ModelRetryAdviceRequest",
    "ModelRetryBackoffSettings",
    "ModelRetryNormalizedError",
    "ModelRetrySettings",
    "ModelSettings",
    "ModelTimeoutError",
    "ModelTracing",
    "MultiProvider",
    "NotFoundError",
    "OpenAIChatCompletionsModel",
    "OpenAIConversationsSession",
    "OpenAIProvider",
    "OpenAIResponsesCompactionArgs",
    "OpenAIResponsesCompactionAwareSession",
    "OpenAIResponsesCompactionSession",
    "OpenAIResponsesModel",
    "OutputGuardrail",
    "OutputGuardrailBlockedMessageArgs",
    "OutputGuardrailBlockedMessageFormatter",
    "OutputGuardrailResult",
    "OutputGuardrailTripwireTriggered",
    "OverloadedError",
    "PatchError",
    "PermissionDeniedError",
    "ProgrammaticToolCallingTool",
    "Prompt",
    "ProviderConnectionError",
    "ProviderError",
    "ProviderProtocolError",
    "ProviderStatusError",
    "ProviderTimeoutError",
    "QuotaExceededError",
    "RateLimitError",
    "RawResponsesStreamEvent",
    "ReasoningItem",
    "ReasoningItemIdPolicy",
    "RequestUsage",
    "ResponseSpanData",
    "RetryDecision",
    "RetryPolicy",
    "RetryPolicyContext",
    "RunConfig",
    "RunContextWrapper",
    "RunErrorData",
    "RunErrorDetails",
    "RunErrorHandler",
    "RunErrorHandlerInput",
    "RunErrorHandlerResult",
    "RunErrorHandlers",
    "RunHooks",
    "RunItem",
    "RunItemStreamEvent",
    "RunResult",
    "RunResultStreaming",
    "RunState",
    "Runner",
    "SQLiteSession",
    "ServerError",
    "Session",
    "SessionABC",
    "SessionConnectionError",
    "SessionDataError",
    "SessionError",
    "SessionSchemaError",
    "SessionSettings",
    "ShellActionRequest",
    "ShellCallData",
    "ShellCallOutcome",
    "ShellCommandOutput",
    "ShellCommandRequest",
    "ShellExecutor",
    "ShellResult",
    "ShellTool",
    "ShellToolContainerAutoEnvironment",
    "ShellToolContainerNetworkPolicy",
    "ShellToolContainerNetworkPolicyAllowlist",
    "ShellToolContainerNetworkPolicyDisabled",
    "ShellToolContainerNetworkPolicyDomainSecret",
    "ShellToolContainerReferenceEnvironment",
    "ShellToolContainerSkill",
    "ShellToolEnvironment",
    "ShellToolHostedEnvironment",
    "ShellToolInlineSkill",
    "ShellToolInlineSkillSource",
    "ShellToolLocalEnvironment",
    "ShellToolLocalSkill",
    "ShellToolSkillReference",
    "Span",
    "SpanData",
    "SpanError",
    "StopAtTools",
    "StreamEvent",
    "TContext",
    "TResponseInputItem",
    "TaskSpanData",
    "Tool",
    "ToolApprovalItem",
    "ToolCallItem",
    "ToolCallOutputItem",
    "ToolCaller",
    "ToolContext",
    "ToolErrorFormatter",
    "ToolErrorFormatterArgs",
    "ToolExecutionConfig",
    "ToolGuardrailFunctionOutput",
    "ToolInputGuardrail",
    "ToolInputGuardrailData",
    "ToolInputGuardrailResult",
    "ToolInputGuardrailTripwireTriggered",
    "ToolNameCollisionPolicy",
    "ToolNotFoundBehavior",
    "ToolOrigin",
    "ToolOriginType",
    "ToolOutputFileContent",
    "ToolOutputFileContentDict",
    "ToolOutputGuardrail",
    "ToolOutputGuardrailData",
    "ToolOutputGuardrailResult",
    "ToolOutputGuardrailTripwireTriggered",
    "ToolOutputImage",
    "ToolOutputImageDict",
    "ToolOutputText",
    "ToolOutputTextDict",
    "ToolSearchCallItem",
    "ToolSearchOutputItem",
    "ToolSearchTool",
    "ToolTimeoutError",
    "ToolsToFinalOutputFunction",
    "ToolsToFinalOutputResult",
    "Trace",
    "TracingProcessor",
    "TurnSpanData",
    "Usage",
    "UsageLimitExceeded",
    "UsageLimits",
    "UserError",
    "WebSearchTool",
    "WebSearchToolImageSettings",
    "__version__",
    "add_trace_processor",
    "agent_span",
    "apply_diff",
    "custom_span",
    "default_handoff_history_mapper",
    "default_tool_error_function",
    "enable_verbose_stdout_logging",
    "flush_traces",
    "function_span",
    "function_tool",
    "gen_span_id",
    "gen_trace_id",
    "generation_span",
    "get_conversation_history_wrappers",
    "get_current_span",
    "get_current_trace",
    "guardrail_span",
    "handoff",
    "handoff_span",
    "input_guardrail",
    "is_openai_responses_compaction_aware_session",
    "mcp_tools_span",
    "nest_handoff_history",
    "output_guardrail",
    "reset_conversation_history_wrappers",
    "response_span",
    "retry_policies",
    "run_demo_loop",
    "set_conversation_history_wrappers",
    "set_default_openai_api",
    "set_default_openai_client",
    "set_default_openai_key",
    "set_default_openai_responses_transport",
    "set_trace_processors",
    "set_trace_provider",
    "set_tracing_disabled",
    "set_tracing_export_api_key",
    "task_span",
    "tool_input_guardrail",
    "tool_namespace",
    "tool_output_guardrail",
    "trace",
    "turn_span",
]

__getattr__ = names_from(_HOME, globals(), within=".")


def __dir__() -> list[str]:
    return list(__all__)
