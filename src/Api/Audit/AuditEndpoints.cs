using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Management;
using Platform.Api.Tenants;

namespace Platform.Api.Audit;

internal static class AuditEndpoints
{
    /// <summary>Where the audit keys are, under the platform.</summary>
    public const string Ring = "audit-keys";

    /// <summary>A tenant has one shard for now.</summary>
    public const string Shard = "0";

    private const int MaxChain = 1_000;

    public static void MapAudit(this IEndpointRouteBuilder v1)
    {
        v1.MapAuditSearch();
        v1.MapAuditLookUp();
        v1.MapAuditWatch();
        v1.MapAuditRetention();
        v1.MapGet("/tenants/{tenant}/audit-chain", Chain).Needs("audit/chain", "audit", "read")
            .Answers<AuditChain>("Reads the chain as it was hashed, oldest first: what an offline verifier takes.");
        v1.MapPost("/tenants/{tenant}/audit-events:verify", Verify).Needs("audit/verify", "audit", "read").WhileReadOnly()
            .Answers<AuditVerification>("Verifies hashes, signatures and order of a trail.");
        v1.MapGet("/tenants/{tenant}/audit-segments", Segments).Needs("audit/segments", "audit", "read")
            .AnswersPage<SignedSegment>("Lists signed headers of sealed segments, oldest first.").OrderedBy("segment");
        v1.MapGet("/tenants/{tenant}/audit-checkpoint", Checkpoint).Needs("audit/checkpoint", "audit", "read")
            .Answers<SignedCheckpoint>("Gives the signed end of a trail, to be kept elsewhere.");
        v1.MapGet("/tenants/{tenant}/audit:export", Export).Needs("audit/bundle", "audit", "read")
            .AnswersBytes("Exports a trail as a signed bundle that is verified offline.", "application/zip");
        v1.MapGet("/audit-keys", Keys).Needs("audit-keys/list", "audit", "read").ForEverybody()
            .AnswersList<SignedAuditKey>("Lists the keys that trails are signed with, each signed by the one before.");
        v1.MapPost("/audit-keys:rotate", Rotate).Needs("audit-keys/rotate", "audit-keys", "write")
            .AnswersList<SignedAuditKey>("Signs with a new key from now on.");
    }

    /// <summary>The chain as it was hashed, oldest first: what an offline verifier reads.</summary>
    private static async Task<IResult> Chain(string tenant, long? from, int? count, ManagementExchange exchange, TenantGrains grains)
    {
        if (from is < 1 || count is < 1 or > MaxChain)
        {
            return Answer.Refused(Problem.InvalidParams($"from starts at 1, count is 1 to {MaxChain}."));
        }

        if (!(await TenantAsync(tenant, exchange, grains)).Try(out var owner, out var unknown))
        {
            return Answer.Refused(unknown);
        }

        var items = await Stream(grains, owner).ReadAsync(from ?? 1, count ?? MaxChain);
        return Results.Ok(new AuditChain(exchange.Entry.Tenant, items, await Stream(grains, owner).PrunedAsync()));
    }

    private static async Task<IResult> Verify(string tenant, ManagementExchange exchange, TenantGrains grains) =>
        (await TenantAsync(tenant, exchange, grains)).Try(out var owner, out var unknown)
            ? Results.Ok(await Stream(grains, owner).VerifyAsync())
            : Answer.Refused(unknown);

    /// <summary>Signed headers of sealed segments, oldest first.</summary>
    private static async Task<IResult> Segments(string tenant, int? pageSize, string? pageToken, ManagementExchange exchange, TenantGrains grains)
    {
        if (!Answer.Page(pageSize, pageToken, IsSequence).Try(out var page, out var refused) || !(await TenantAsync(tenant, exchange, grains)).Try(out var owner, out refused))
        {
            return Answer.Refused(refused);
        }

        var from = page.After is null ? 1 : long.Parse(page.After, NumberStyles.None, CultureInfo.InvariantCulture);
        var statements = await Stream(grains, owner).SegmentsAsync(from, page.Size + 1);
        return Answer.Page<SignedSegment>(
            [.. statements.Take(page.Size).Select(statement => new SignedSegment(statement, Payload(statement, SegmentHeader.Type)))],
            statements.Length > page.Size ? (from + page.Size).ToString(CultureInfo.InvariantCulture) : null);
    }

    /// <summary>The signed end of the trail: what somebody keeps elsewhere to notice later that it was rolled back.</summary>
    private static async Task<IResult> Checkpoint(string tenant, ManagementExchange exchange, TenantGrains grains) =>
        !(await TenantAsync(tenant, exchange, grains)).Try(out var owner, out var unknown) ? Answer.Refused(unknown)
        : !(await Stream(grains, owner).CheckpointAsync()).Try(out var statement, out var refused) ? Answer.Refused(refused)
        : Results.Ok(new SignedCheckpoint(statement, Payload(statement, AuditCheckpoint.Type)));

    private static async Task<IResult> Export(string tenant, ManagementExchange exchange, TenantGrains grains) =>
        (await TenantAsync(tenant, exchange, grains)).Try(out var owner, out var unknown) ? await BundleAsync(owner, grains, null, []) : Answer.Refused(unknown);

    /// <summary>The trail up to now as a signed bundle, whether or not there is still somebody whose it is.</summary>
    /// <param name="owner">Whose trail.</param>
    /// <param name="grains">After the caller's right to that tenant was decided.</param>
    /// <param name="fileName">Null: named after the trail.</param>
    /// <param name="attachments">What goes under the seal beside the trail.</param>
    public static async Task<IResult> BundleAsync(TenantId owner, TenantGrains grains, string? fileName, IReadOnlyList<BundleAttachment> attachments) =>
        !(await Stream(grains, owner).CheckpointAsync()).Try(out var statement, out var refused) ? Answer.Refused(refused)
        : AuditStatement.TryRead(statement, AuditCheckpoint.Type, out var read) && AuditCheckpoint.TryRead(read.Payload, out var end)
            ? new BundleResult(owner, Shard, statement, end, grains, fileName ?? $"audit-{owner}-{end.Sequence}.zip", attachments)
        : Answer.Refused(Problem.Internal());

    private static async Task<IResult> Keys(TenantGrains grains) => View(await grains.Platform.Get<IAuditSignerGrain>(Ring).KeysAsync());

    private static async Task<IResult> Rotate(ManagementExchange exchange, TenantGrains grains)
    {
        var rotated = await grains.Platform.Get<IAuditKeyRingGrain>(Ring).RotateAsync(exchange.Caller);
        return rotated.Try(out var statements, out var refused) ? View(statements) : Answer.Refused(refused);
    }

    private static IResult View(string[] keys) => Answer.All<SignedAuditKey>([.. keys.Select(statement => new SignedAuditKey(statement, Payload(statement, AuditKey.Type)))]);

    private static JsonElement? Payload(string compact, string type) =>
        AuditStatement.TryRead(compact, type, out var statement) ? JsonSerializer.Deserialize<JsonElement>(statement.Payload) : null;

    private static bool IsSequence(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    // The scope a reference is made in ends with the method that made it: it is made where it is called.
    private static IAuditStreamGrain Stream(TenantGrains grains, TenantId owner) => grains.For(owner).Get<IAuditStreamGrain>(Shard);

    /// <summary>The platform's own trail goes by the name <c>_sys</c>, here and nowhere else.</summary>
    public static async ValueTask<Result<TenantId>> TenantAsync(string tenant, ManagementExchange exchange, TenantGrains grains)
    {
        exchange.Entry.Target = tenant;
        if (tenant == TenantId.Platform.ToString())
        {
            return TenantId.Platform;
        }

        return (await TenantEndpoints.FindAsync(tenant, exchange, grains)).Try(out var found, out var unknown) ? found.Id : unknown;
    }
}
