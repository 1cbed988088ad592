using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Incidents;
using Platform.Abstractions.Keys;
using Platform.Abstractions.Operations;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Resources;
using Platform.Abstractions.Sessions;
using Platform.Abstractions.Webhooks;
using Platform.Grains.Idempotency;
using Platform.Grains.Deletions;
using Platform.Grains.Files;
using Platform.Grains.HttpsResources;
using Platform.Grains.Audit;
using Platform.Grains.IdentityProviders;
using Platform.Grains.Alerts;
using Platform.Grains.Incidents;
using Platform.Grains.Alerts.Series;
using Platform.Grains.ClientCertificates;
using Platform.Grains.Keys;
using Platform.Grains.Logins;
using Platform.Grains.Mcp;
using Platform.Grains.PersonalData;
using Platform.Grains.Principals;
using Platform.Grains.RateLimits;
using Platform.Grains.RateLimits.Plans;
using Platform.Grains.RateLimits.Quotas;
using Platform.Grains.Resources;
using Platform.Grains.Roles;
using Platform.Grains.Sessions;
using Platform.Grains.SigningKeys;
using Platform.Grains.Tenants;
using Platform.Grains.Tokens;
using Platform.Grains.Webhooks;

namespace Platform.Grains.Storage;

/// <summary>How grain state is written: source-generated, camelCase, members never renamed.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TenantState))]
[JsonSerializable(typeof(TenantDirectoryState))]
[JsonSerializable(typeof(TenantHostState))]
[JsonSerializable(typeof(TenantPurgeState))]
[JsonSerializable(typeof(OperationView))]
[JsonSerializable(typeof(ErasureState))]
[JsonSerializable(typeof(ExportState))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(PrincipalState))]
[JsonSerializable(typeof(PrincipalView))]
[JsonSerializable(typeof(AccessRule))]
[JsonSerializable(typeof(RoleBookState))]
[JsonSerializable(typeof(RateLimitBookState))]
[JsonSerializable(typeof(RateLimitPlanBookState))]
[JsonSerializable(typeof(RateLimitPlanUseState))]
[JsonSerializable(typeof(UsageQuotaState))]
[JsonSerializable(typeof(ClientCertificateState))]
[JsonSerializable(typeof(KeyState))]
[JsonSerializable(typeof(KeyView))]
[JsonSerializable(typeof(KeyPolicyState))]
[JsonSerializable(typeof(KeyOwnerState))]
[JsonSerializable(typeof(MemoryResourceState))]
[JsonSerializable(typeof(MemoryEntry))]
[JsonSerializable(typeof(FileRecordState))]
[JsonSerializable(typeof(FileRecordInfo))]
[JsonSerializable(typeof(McpSessionState))]
[JsonSerializable(typeof(McpStreamState))]
[JsonSerializable(typeof(McpTaskState))]
[JsonSerializable(typeof(SingleUseState))]
[JsonSerializable(typeof(ConsoleSessionState))]
[JsonSerializable(typeof(SessionEntry))]
[JsonSerializable(typeof(LoginState))]
[JsonSerializable(typeof(LoginPolicyState))]
[JsonSerializable(typeof(KeyRingState))]
[JsonSerializable(typeof(AuditKeyRingState))]
[JsonSerializable(typeof(AuditWatchState))]
[JsonSerializable(typeof(AuditRetentionState))]
[JsonSerializable(typeof(TokenRevocationState))]
[JsonSerializable(typeof(IdentityProviderBookState))]
[JsonSerializable(typeof(IdempotencyRecord))]
[JsonSerializable(typeof(AlertRuleState))]
[JsonSerializable(typeof(AlertWindowState))]
[JsonSerializable(typeof(IncidentState))]
[JsonSerializable(typeof(IncidentSummary))]
[JsonSerializable(typeof(WebhookState))]
[JsonSerializable(typeof(WebhookEntry))]
[JsonSerializable(typeof(WebhookOutboxState))]
[JsonSerializable(typeof(HttpsHostBookState))]
[JsonSerializable(typeof(AlertLevelState))]
[JsonSerializable(typeof(MetricBlockState))]
public sealed partial class GrainStateJson : JsonSerializerContext;
