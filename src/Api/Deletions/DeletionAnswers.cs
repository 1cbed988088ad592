using System.Text.Json;
using Platform.Abstractions.Operations;
using Platform.Abstractions.Tenants;

namespace Platform.Api.Deletions;

/// <summary>What follows from the end of a tenant, in sentences for whoever asked for it.</summary>
internal sealed record DeletionStarted(OperationView Operation, DateTimeOffset? PurgeAt, string[] Consequences);

/// <summary>A tenant that was purged.</summary>
internal sealed record DeletedTenant(TenantId Tenant, string Slug, DateTimeOffset? PurgedAt);

/// <summary>The signed record, what it says, and the keys that judge it.</summary>
internal sealed record SignedDeletion(string Statement, JsonElement? Record, string[] Keys);
