using System.Text.Json;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Tenants;

namespace Platform.Api.Audit;

/// <summary>A stretch of the chain.</summary>
/// <param name="Pruned">The signed statement of where the chain begins since its beginning was pruned.</param>
internal sealed record AuditChain(TenantId Tenant, AuditEventView[] Items, string? Pruned);

/// <summary>An event of a search, with its record as an object.</summary>
internal sealed record AuditListed(long Sequence, string Hash, JsonElement Event);

/// <summary>A signed header of a segment, and what it says.</summary>
internal sealed record SignedSegment(string Statement, JsonElement? Header);

/// <summary>A signed checkpoint, and what it says.</summary>
internal sealed record SignedCheckpoint(string Statement, JsonElement? Checkpoint);

/// <summary>A signed audit key, and what the statement says.</summary>
internal sealed record SignedAuditKey(string Statement, JsonElement? Key);

/// <summary>See <see cref="AuditInclusion"/>; with what the checkpoint says.</summary>
internal sealed record AuditInclusionProof(string Statement, JsonElement? Checkpoint, TrailHead Head, int Index, string[] Path);
