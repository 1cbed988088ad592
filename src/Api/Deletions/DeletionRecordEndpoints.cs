using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Deletions;
using Platform.Abstractions.Operations;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Audit;
using Platform.Api.Management;

namespace Platform.Api.Deletions;

/// <summary>What is left of tenants that were purged: a signed record, and their audit trail.</summary>
internal static class DeletionRecordEndpoints
{
    public static void MapDeletionRecords(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/deletion-records", List).Needs("deletion-records/list", "deletion-records", "read")
            .AnswersPage<DeletedTenant>("Lists tenants that were purged.").OrderedBy("tenant");
        v1.MapGet("/deletion-records/{id}", Get).Needs("deletion-records/get", "deletion-records", "read")
            .Answers<SignedDeletion>("Gives the signed record of what was destroyed, with the keys that verify it.");
        v1.MapGet("/deletion-records/{id}/audit:export", Export).Needs("deletion-records/export-audit", "audit", "read")
            .AnswersBytes("Exports the trail of a purged tenant as a signed bundle.", "application/zip");
    }

    private static async Task<IResult> List(int? pageSize, string? pageToken, TenantGrains grains)
    {
        if (!Answer.Page(pageSize, pageToken, id => TenantId.TryParse(id, out _)).Try(out var page, out var refused))
        {
            return Answer.Refused(refused);
        }

        var purged = await grains.Platform.Get<IOperationListGrain>("list").PageAsync(OperationState.Succeeded, page.After, page.Size + 1);
        return Answer.List([.. purged.Select(operation => new DeletedTenant(operation.Tenant, operation.Target, operation.FinishedAt))], page.Size, tenant => tenant.Tenant.ToString());
    }

    /// <summary>The statement with all that <c>platform audit verify-deletion</c> needs to judge it offline.</summary>
    private static async Task<IResult> Get(string id, ManagementExchange exchange, TenantGrains grains)
    {
        if (!(await FindAsync(id, exchange, grains)).Try(out var found, out var unknown))
        {
            return Answer.Refused(unknown);
        }

        return Results.Ok(new SignedDeletion(
            found.Statement,
            AuditStatement.TryRead(found.Statement, DeletionRecord.Type, out var read) ? JsonSerializer.Deserialize<JsonElement>(read.Payload) : null,
            await grains.Platform.Get<IAuditSignerGrain>(AuditEndpoints.Ring).KeysAsync()));
    }

    private static async Task<IResult> Export(string id, ManagementExchange exchange, TenantGrains grains) =>
        (await FindAsync(id, exchange, grains)).Try(out var found, out var unknown) ? await AuditEndpoints.BundleAsync(found.Tenant, grains, fileName: null, []) : Answer.Refused(unknown);

    private static async ValueTask<Result<(TenantId Tenant, string Statement)>> FindAsync(string id, ManagementExchange exchange, TenantGrains grains)
    {
        exchange.Entry.Target = id;
        return !TenantId.TryParse(id, out var tenant) || tenant == TenantId.Platform ? Problem.NotFound("deletion record")
            : (await grains.Platform.Get<ITenantPurgeGrain>(id).RecordAsync()).Try(out var statement, out var unknown) ? (tenant, statement)
            : unknown;
    }
}
