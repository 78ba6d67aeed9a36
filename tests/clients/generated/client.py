"""Calls every operation with the Python clients that openapi-python-client generates from the documents.

usage: client.py BASE_URL ROOT_TOKEN PROVIDER_URL DOCUMENTS_FOLDER

Prints a line for each expectation, and fails at the first that is not met, or if an operation was not called.
The packages flashback, goodmem and llm_config are the generated clients.
"""

import json
import re
import sys
from pathlib import Path
from typing import TypeVar
from uuid import UUID, uuid4

import flashback
import goodmem
import httpx
import llm_config
from flashback import models as fm
from flashback.api.ai_llm import (create_ai_llm, delete_ai_llm, get_ai_llm_stats, get_ai_llms, get_available_ai_llms,
                                  update_ai_llm, validate_ai_llm)
from flashback.api.organization_users import (create_organization_user, delete_organization_user,
                                              get_organization_user, get_organization_users,
                                              update_organization_user)
from flashback.api.workspaces import (add_user_to_workspace, create_workspace, delete_workspace, get_workspace,
                                      get_workspaces, remove_user_from_workspace, update_workspace,
                                      update_workspace_user_role)
from goodmem import models as gm
from goodmem.api.api_keys import create_api_key, delete_api_key, get_api_key, list_api_keys, update_api_key
from goodmem.api.llm import create_llm, delete_llm, get_llm, list_llms, update_llm
from goodmem.api.ping import ping_once, ping_stream
from goodmem.api.system import get_system_info, initialize_system
from goodmem.api.users import get_current_user, get_user, get_user_by_email
from llm_config import models as lm
from llm_config.api.attention import get_attention
from llm_config.api.checks import check_ai_llm, check_config, check_llm, check_planned_change, list_checks
from llm_config.api.configurations import get_config, get_origin, list_configs
from llm_config.api.documentation import (browse_documents, get_documents_page_file, get_flashback_document,
                                          get_goodmem_document, get_llm_config_document, redirect_to_documents)
from llm_config.api.monitoring import get_health, get_metrics, get_ready
from llm_config.api.usage import get_usage

from provider import KEY, MODEL

T = TypeVar("T")
base, token, provider, documents = sys.argv[1:5]
called: set[tuple[str, str]] = set()


def expect(what: str, holds: bool) -> None:
    if not holds:
        sys.exit(f"failed: {what}")
    print(f"ok: {what}")


def of_type(expected: type[T], answer: object) -> T:
    """The parsed answer; an error of the server is another type."""
    if not isinstance(answer, expected):
        sys.exit(f"failed: {expected.__name__} expected, but got {answer}")
    return answer


def record(response: httpx.Response) -> None:
    if response.status_code < 400:
        called.add((response.request.method, response.request.url.path))


hooks = {"event_hooks": {"response": [record]}}
flashback_client = flashback.AuthenticatedClient(base_url=base, token=token, httpx_args=hooks)
# Either header carries the token; the GoodMem API's own is `x-api-key`.
goodmem_client = goodmem.AuthenticatedClient(base_url=base, token=token, prefix="", auth_header_name="x-api-key",
                                             httpx_args=hooks)
own_client = llm_config.AuthenticatedClient(base_url=base, token=token, httpx_args=hooks)
anonymous = llm_config.Client(base_url=base, httpx_args=hooks)


def users_and_workspaces() -> tuple[UUID, UUID]:
    body = fm.CreateOrgUser(email=f"{uuid4()}@example.com", first_name="Ada", last_name="Lovelace",
                            org_role=fm.OrgRoleNumber.VALUE_0)
    ada = of_type(fm.SavedOrgUser, create_organization_user.sync(client=flashback_client, body=body)).data
    expect("a user is created", ada.name == "Ada" and ada.deleted_at is None)
    change = fm.UpdateOrgUser(last_name="King")
    changed = of_type(fm.SavedOrgUser, update_organization_user.sync(ada.id, client=flashback_client, body=change))
    read = of_type(fm.OrgUser, get_organization_user.sync(ada.id, client=flashback_client))
    expect("a user is changed and read", changed.data.last_name == read.last_name == "King")
    listed = of_type(fm.OrgUserList, get_organization_users.sync(client=flashback_client))
    expect("users are listed", ada.id in [user.id for user in listed.data] and listed.total == len(listed.data))

    created = create_workspace.sync(client=flashback_client, body=fm.CreateWorkspace(name="Research"))
    workspace = of_type(fm.WorkspaceAnswer, created).workspace.id
    renamed = update_workspace.sync(workspace, client=flashback_client, body=fm.UpdateWorkspace(name="Lab"))
    expect("a workspace is renamed", of_type(fm.WorkspaceAnswer, renamed).workspace.name == "Lab")
    member = fm.AddMember(user_id=ada.id, role=fm.WorkspaceRoleName.READ)
    of_type(fm.Done, add_user_to_workspace.sync(workspace, client=flashback_client, body=member))
    role = fm.ChangeMember(role=fm.WorkspaceRoleName.WRITE)
    of_type(fm.Done, update_workspace_user_role.sync(workspace, ada.id, client=flashback_client, body=role))
    users = of_type(fm.WorkspaceAnswer, get_workspace.sync(workspace, client=flashback_client)).workspace.users
    expect("a member has the new role", isinstance(users, list) and [(user.user_id, user.role) for user in users]
           == [(ada.id, fm.WorkspaceRoleName.WRITE)])
    listed_workspaces = of_type(fm.WorkspaceList, get_workspaces.sync(client=flashback_client)).workspaces
    expect("workspaces are listed", workspace in [listed.id for listed in listed_workspaces])
    of_type(fm.Done, remove_user_from_workspace.sync(workspace, ada.id, client=flashback_client))
    return workspace, ada.id


def workspace_configurations(workspace: UUID) -> None:
    body = fm.CreateAiLlm(name="Team GPT", ai_type=fm.AiType.OPENAI, endpoint=provider, secret=KEY,
                          workspace_id=workspace)
    draft = lm.CreateAiLlm.from_dict(body.to_dict())
    report = of_type(lm.Report, check_ai_llm.sync(client=own_client, body=draft))
    expect("a draft is checked", report.usable == "yes")
    config = of_type(fm.SavedAiLlm, create_ai_llm.sync(client=flashback_client, body=body)).ai_llm_id
    of_type(fm.SavedAiLlm, update_ai_llm.sync(config, client=flashback_client, body=fm.UpdateAiLlm(name="GPT 2")))
    validation = of_type(fm.Validation, validate_ai_llm.sync(config, client=flashback_client))
    expect(f"a configuration is validated: {validation.message[:60]}", validation.success)
    [listed] = of_type(fm.AiLlmList, get_ai_llms.sync(client=flashback_client, workspace_id=workspace)).ai_llms
    expect("a configuration is listed", (listed.id, listed.name, listed.workspace_id) == (config, "GPT 2", workspace))
    available = of_type(fm.AiLlmList, get_available_ai_llms.sync(client=flashback_client)).ai_llms
    expect("a validated configuration is available", [one.id for one in available] == [config])
    [stats] = of_type(fm.AiLlmStatsList, get_ai_llm_stats.sync(client=flashback_client, ai_llm_id=config)).stats
    expect("usage is returned", stats.total_tokens_in == "0")
    planned = lm.UpdateAiLlm(secret="sk-another-0123456789", endpoint=provider)
    report = of_type(lm.Report, check_planned_change.sync(config, client=own_client, body=planned))
    expect("a planned change is checked", (report.usable, report.reason) == ("no", "bad_key"))
    stale = update_ai_llm.sync(config, client=flashback_client, body=fm.UpdateAiLlm(name="x"), if_match='"1"')
    expect("a stale change is refused", not of_type(fm.Error, stale).success)
    deleted = delete_ai_llm.sync(config, client=flashback_client, if_match=f'"{listed.revision}"')
    expect("a configuration is deleted", of_type(fm.Deleted, deleted).success)


def llms() -> None:
    credentials = gm.EndpointAuthentication(kind=gm.CredentialKind.CREDENTIAL_KIND_API_KEY,
                                            api_key=gm.ApiKeyAuth(inline_secret=KEY))
    labels = gm.LLMCreationRequestLabelsType0.from_dict({"team": "search", "a.b": "c=d"})
    body = gm.LLMCreationRequest(display_name="GPT", provider_type=gm.ProviderType.VLLM, endpoint_url=provider,
                                 model_identifier=MODEL, credentials=credentials, labels=labels,
                                 default_sampling_params=gm.LLMSamplingParamsRequest(temperature=0.5))
    draft = lm.LLMCreationRequest.from_dict(body.to_dict())
    report = of_type(lm.Report, check_llm.sync(client=own_client, body=draft, depth=lm.CheckDepth.INFERENCE))
    expect("a draft is checked with a call of the model", (report.usable, report.depth) == ("yes", "inference"))
    created = of_type(gm.CreateLLMResponse, create_llm.sync(client=goodmem_client, body=body)).llm
    expect("an LLM is created", created.labels["team"] == "search" and created.capabilities.supports_chat)
    again = create_llm.sync_detailed(client=goodmem_client, body=body)
    expect("a duplicate is a 409", again.status_code == 409 and of_type(gm.Error, again.parsed).code
           == "ALREADY_EXISTS")
    for label, expected in [(["team=search"], 1), (["team=search", "a.b=c=d"], 1), (["team=other"], 0)]:
        found = of_type(gm.ListLlmsResponse, list_llms.sync(client=goodmem_client, label=label)).llms
        expect(f"{label} selects {expected}", len(found) == expected)
    ollama = list_llms.sync(client=goodmem_client, provider_type=gm.ProviderType.OLLAMA)
    expect("providers are filtered", of_type(gm.ListLlmsResponse, ollama).llms == [])
    change = gm.LLMUpdateRequest(display_name="GPT 2")
    of_type(gm.LLM, update_llm.sync(created.llm_id, client=goodmem_client, body=change))
    read = of_type(gm.LLM, get_llm.sync(created.llm_id, client=goodmem_client))
    expect("an LLM is changed", (read.display_name, read.owner_id) == ("GPT 2", created.owner_id))

    pinged = of_type(gm.PingResult, ping_once.sync(client=goodmem_client, body=gm.PingOnceRequest(read.llm_id)))
    expect("an LLM is pinged", pinged.ok and pinged.http_status == 200)
    series = gm.PingStreamRequest(read.llm_id, count=2, interval_ms=1)
    lines = of_type(str, ping_stream.sync(client=goodmem_client, body=series)).splitlines()
    summary = gm.PingSummaryEvent.from_dict(json.loads(lines[-1])).summary
    expect("a series of pings ends with a summary", (len(lines), summary.ok) == (3, 2))

    report = of_type(lm.Report, check_config.sync(read.llm_id, client=own_client))
    history = of_type(lm.CheckList, list_checks.sync(read.llm_id, client=own_client)).checks
    expect("a check is kept", report.usable == "yes" and [(check.works, check.is_current) for check in history]
           == [(True, True)])
    config = of_type(lm.Config, get_config.sync(read.llm_id, client=own_client))
    expect("a configuration has the state of its last check", isinstance(config.last_check, lm.LastCheck)
           and config.last_check.usable == lm.UsableName.YES)
    listed = list_configs.sync(client=own_client, label=["team=search"], usable=lm.UsableFilter.YES, text="gpt")
    expect("configurations of both APIs are listed", [one.id for one in of_type(lm.ConfigList, listed).configs]
           == [read.llm_id])
    origin = of_type(lm.Origin, get_origin.sync(read.llm_id, client=own_client))
    expect("the origin is returned", origin.origin == provider.removesuffix("/v1") and origin.set_by == read.owner_id)
    attention = of_type(lm.Attention, get_attention.sync(client=own_client))
    expect("nothing needs attention", attention.rejected.first == [] and not attention.rejected.has_more)
    usage = get_usage.sync(client=own_client, group_by=lm.UsageGroupingName.MODEL)
    expect("usage is returned", of_type(lm.UsageReport, usage).rows == [])
    deleted = delete_llm.sync_detailed(read.llm_id, client=goodmem_client)
    missing = get_llm.sync(read.llm_id, client=goodmem_client)
    expect("an LLM is deleted", deleted.status_code == 204 and of_type(gm.Error, missing).code == "NOT_FOUND")


def keys_and_users(ada: UUID) -> None:
    body = gm.CreateApiKeyRequest(subject_principal_id=ada, rights=[gm.RightName.READ_LLM_OWN],
                                  labels=gm.CreateApiKeyRequestLabelsType0.from_dict({"purpose": "ci"}))
    issued = of_type(gm.CreateApiKeyResponse, create_api_key.sync(client=goodmem_client, body=body))
    key = issued.api_key_metadata.api_key_id
    expect("a key is issued", issued.raw_api_key.startswith("gm_"))
    ceiling = [gm.CeilingRule(operation=gm.RuleOperation.LIST_LLM, selector=gm.RuleSelector.OWN)]
    scoped = gm.CreateApiKeyRequest(authority_mode=gm.AuthorityMode.SCOPED, ceiling=ceiling)
    narrowed = of_type(gm.CreateApiKeyResponse, create_api_key.sync(client=goodmem_client, body=scoped))
    expect("a key has a ceiling", narrowed.api_key_metadata.ceiling == ceiling)
    change = gm.UpdateApiKeyRequest(status=gm.ApiKeyStatus.INACTIVE)
    of_type(gm.ApiKey, update_api_key.sync(key, client=goodmem_client, body=change))
    read = of_type(gm.ApiKey, get_api_key.sync(key, client=goodmem_client))
    expect("a key is deactivated", (read.status, read.lifecycle_state) == (gm.ApiKeyStatus.INACTIVE,
                                                                          gm.Lifecycle.REVOKED))
    listed = list_api_keys.sync(client=goodmem_client, subject_principal_id=ada)
    pages = 1
    page = of_type(gm.ListApiKeysResponse, list_api_keys.sync(client=goodmem_client, max_results=1))
    while isinstance(page.next_token, str) and page.next_token:
        following = list_api_keys.sync(client=goodmem_client, max_results=1, next_token=page.next_token)
        page = of_type(gm.ListApiKeysResponse, following)
        pages += 1
    every_key = of_type(gm.ListApiKeysResponse, list_api_keys.sync(client=goodmem_client)).keys
    expect("pages of keys have all keys", pages == len(every_key))
    expect("keys of a user are listed", [one.api_key_id for one in of_type(gm.ListApiKeysResponse, listed).keys]
           == [key])
    deleted = delete_api_key.sync_detailed(key, client=goodmem_client)
    expect("a key is deleted", deleted.status_code == 204)
    me = of_type(gm.User, get_current_user.sync(client=goodmem_client))
    by_id = of_type(gm.User, get_user.sync(me.user_id, client=goodmem_client))
    by_email = of_type(gm.User, get_user_by_email.sync(me.email, client=goodmem_client))
    expect("a user is found by id and by address", me.user_id == by_id.user_id == by_email.user_id)


def system() -> None:
    info = of_type(gm.SystemInfo, get_system_info.sync(client=goodmem_client))
    expect("the version is returned", info.version == f"{info.major}.{info.minor}.{info.patch}")
    initialized = of_type(gm.SystemInitResponse, initialize_system.sync(client=goodmem_client))
    expect("the server is initialized", initialized.already_initialized and initialized.root_api_key is None)
    expect("the server is healthy", of_type(lm.Health, get_health.sync(client=anonymous)).success)
    expect("the server is ready", of_type(lm.Health, get_ready.sync(client=anonymous)).success)
    expect("metrics are returned", "llm_config_" in of_type(str, get_metrics.sync(client=own_client)))
    for read in (get_flashback_document, get_goodmem_document, get_llm_config_document):
        document = of_type(lm.OpenApiDocument, read.sync(client=anonymous))
        expect("a document is returned", document["openapi"] == "3.1.0")
    expect("a page is returned", "swagger" in of_type(str, browse_documents.sync(client=anonymous)))
    expect("a file of the page is returned", "{" in of_type(str, get_documents_page_file.sync("index.css",
                                                                                              client=anonymous)))
    redirect = redirect_to_documents.sync_detailed(client=anonymous)
    expect("the root redirects", redirect.headers["location"] == "/docs")
    refused = list_llms.sync_detailed(client=goodmem.AuthenticatedClient(base_url=base, token="gm_wrong"))
    expect("a wrong token is a 401", of_type(gm.Error, refused.parsed).code == "UNAUTHENTICATED")


def every_operation_was_called() -> None:
    for document in ("flashback", "goodmem", "llm-config"):
        paths = json.loads(Path(documents, f"{document}.json").read_text())["paths"]
        operations = [(method.upper(), path) for path, item in paths.items() for method in item]
        for method, path in operations:
            pattern = re.compile(re.sub(r"\\\{.*?\\\}", "[^/]+", re.escape(path)))
            if not any(method == sent and pattern.fullmatch(url) for sent, url in called):
                sys.exit(f"failed: {method} {path} was not called")
        expect(f"all {len(operations)} operations of {document} succeeded", True)


workspace, ada = users_and_workspaces()
workspace_configurations(workspace)
llms()
keys_and_users(ada)
expect("a workspace is deleted", of_type(fm.Done, delete_workspace.sync(workspace, client=flashback_client)).success)
of_type(fm.Deleted, delete_organization_user.sync(ada, client=flashback_client))
system()
every_operation_was_called()
