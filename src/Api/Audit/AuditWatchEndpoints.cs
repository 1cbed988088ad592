using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Api.Management;

namespace Platform.Api.Audit;

/// <summary>Platform checkpoints, proofs of inclusion, and what the watch holds against trails (docs/audit.md).</summary>
internal static class AuditWatchEndpoints
{
    public static void MapAuditWatch(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/audit-checkpoints", List).Needs("audit-checkpoints/list", "audit", "read").ForEverybody()
            .AnswersPage<SignedCheckpoint>("Lists signed platform checkpoints, oldest first. They name no tenant.").OrderedBy("sequence");
        v1.MapPost("/audit-checkpoints:take", Take).Needs("audit-checkpoints/take", "audit-watch", "write")
            .Answers<SignedCheckpoint>("Takes a platform checkpoint now.");
        v1.MapGet("/tenants/{tenant}/audit-inclusion", Inclusion).Needs("audit/inclusion", "audit", "read")
            .Answers<AuditInclusionProof>("Proves that the end of a trail is in the last platform checkpoint.").MayRefuse(ProblemCode.NotFound);
        v1.MapGet("/audit-findings", Findings).Needs("audit-findings/list", "audit-watch", "read")
            .AnswersPage<AuditFinding>("Lists what the watch holds against trails.").OrderedBy("at");
        v1.MapPost("/tenants/{tenant}/audit-finding:accept", Accept).Needs("audit-findings/accept", "audit-watch", "write").Validate<AcceptAuditFinding>().ForPlatform().WhileReadOnly()
            .Answers<AuditFinding>("Takes a trail as it is, after somebody looked. The tenant stays read-only.").MayRefuse(ProblemCode.NotFound);
    }

    /// <summary>Signed platform checkpoints, oldest first. They name no tenant.</summary>
    private static async Task<IResult> List(int? pageSize, string? pageToken, TenantGrains grains)
    {
        if (!Answer.Page(pageSize, pageToken, static text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _)).Try(out var page, out var refused))
        {
            return Answer.Refused(refused);
        }

        var from = page.After is null ? 1 : long.Parse(page.After, NumberStyles.None, CultureInfo.InvariantCulture);
        var statements = await Watch(grains).PageAsync(from, page.Size + 1);
        return Answer.Page<SignedCheckpoint>([.. statements.Take(page.Size).Select(View)], statements.Length > page.Size ? (from + page.Size).ToString(CultureInfo.InvariantCulture) : null);
    }

    private static async Task<IResult> Take(ManagementExchange exchange, TenantGrains grains) =>
        (await Watch(grains).TakeAsync(exchange.Caller)).Try(out var statement, out var refused) ? Results.Ok(View(statement)) : Answer.Refused(refused);

    /// <summary>The proof that the trail's end is in the last platform checkpoint.</summary>
    private static async Task<IResult> Inclusion(string tenant, ManagementExchange exchange, TenantGrains grains) =>
        !(await AuditEndpoints.TenantAsync(tenant, exchange, grains)).Try(out var owner, out var refused) ? Answer.Refused(refused)
        : !(await Watch(grains).ProveAsync(owner.ToString(), AuditEndpoints.Shard)).Try(out var proof, out refused) ? Answer.Refused(refused)
        : Results.Ok(new AuditInclusionProof(proof.Statement, Payload(proof.Statement), proof.Head, proof.Index, proof.Path));

    private static async Task<IResult> Findings(int? pageSize, string? pageToken, TenantGrains grains) =>
        Answer.PageOfAll(pageSize, pageToken, await Watch(grains).FindingsAsync(), finding => $"{finding.At.UtcTicks:x16}{finding.Id:n}");

    /// <summary>Takes the trail as it is, after somebody looked. The tenant stays read-only until it is made writable.</summary>
    private static async Task<IResult> Accept(string tenant, AcceptAuditFinding command, ManagementExchange exchange, TenantGrains grains) =>
        !(await AuditEndpoints.TenantAsync(tenant, exchange, grains)).Try(out var owner, out var refused) ? Answer.Refused(refused)
        : !(await Watch(grains).AcceptAsync(owner.ToString(), command, exchange.Caller)).Try(out var finding, out refused) ? Answer.Refused(refused)
        : Results.Ok(finding);

    private static SignedCheckpoint View(string statement) => new(statement, Payload(statement));

    private static JsonElement? Payload(string compact) =>
        PlatformCheckpoint.TryRead(compact, out var statement, out _) ? JsonSerializer.Deserialize<JsonElement>(statement.Payload) : null;

    private static IAuditWatchGrain Watch(TenantGrains grains) => grains.Platform.Get<IAuditWatchGrain>("audit-watch");
}
