using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.Deletions;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Operations;
using Platform.Abstractions.PersonalData;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Management;
using Platform.Api.Tenants;

namespace Platform.Api.Operations;

/// <summary>Work that outlives the request which asked for it: <c>202</c> and <c>Operation-Location</c> lead here.</summary>
internal static class OperationEndpoints
{
    private const string Purge = "purge-";

    private static readonly string[] States = ["waiting", "running", "succeeded", "cancelled"];

    public static void MapOperations(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/operations", List).Needs("operations/list", "operations", "read")
            .AnswersPage<OperationView>("Lists the platform's own long-running operations: exports of operators, and purges of tenants.").OrderedBy("id").OneOf("state", States);
        v1.MapGet("/tenants/{tenant}/operations", OfTenant).Needs("tenant-operations/list", "operations", "read")
            .AnswersPage<OperationView>("Lists the exports and erasures of a tenant's people.").OrderedBy("id").OneOf("state", States);
        v1.MapGet("/operations/{id}", Get).Needs("operations/get", "operations", "read").ForEverybody()
            .Answers<OperationView>("Shows how far a long-running operation is.");
    }

    /// <summary>The answer to whoever asked for it.</summary>
    public static IResult Accepted(HttpContext http, OperationView operation, object body)
    {
        http.Response.Headers[HasOperation.Header] = $"/v1/operations/{operation.Id}";
        return Results.Json(body, statusCode: StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> List(int? pageSize, string? pageToken, string? state, TenantGrains grains)
    {
        if (!Answer.Page(pageSize, pageToken, id => IsPurge(id) || IsOfPerson(id)).Try(out var page, out var refused))
        {
            return Answer.Refused(refused);
        }

        var wanted = QueryWord.Of<OperationState>(state);
        var list = grains.Platform.Get<IOperationListGrain>("list");
        var isPurge = page.After is { } after && IsPurge(after);
        var people = isPurge ? [] : await list.OfPeopleAsync(wanted, page.After, page.Size + 1);
        var purges = people.Length > page.Size ? [] : await list.PageAsync(wanted, isPurge ? page.After![Purge.Length..] : null, page.Size + 1 - people.Length);
        return Answer.List([.. people, .. purges], page.Size, operation => operation.Id);
    }

    private static async Task<IResult> OfTenant(RouteTenant owner, int? pageSize, string? pageToken, string? state, TenantGrains grains)
    {
        if (!Answer.Page(pageSize, pageToken, IsOfPerson).Try(out var page, out var refused)
            || !owner.Id.Try(out var tenant, out refused))
        {
            return Answer.Refused(refused);
        }

        var operations = await grains.For(tenant).Get<IOperationListGrain>("list").OfPeopleAsync(QueryWord.Of<OperationState>(state), page.After, page.Size + 1);
        return Answer.List(operations, page.Size, operation => operation.Id);
    }

    /// <summary>Operators see all; a tenant's callers those on its own people: every other answers as one that does not exist.</summary>
    private static async Task<IResult> Get(string id, ManagementExchange exchange, TenantGrains grains)
    {
        exchange.Entry.Target = id;
        if (IsPurge(id) && exchange.Caller.Tenant == TenantId.Platform)
        {
            return Answer.Ok(await grains.Platform.Get<ITenantPurgeGrain>(id[Purge.Length..]).GetAsync());
        }

        if (PersonalDataId.TryReadExport(id, out var tenant, out var principal) && IsOf(tenant, exchange.Caller))
        {
            return Answer.Ok(await grains.For(tenant).Get<IPersonalExportGrain>(principal).GetAsync());
        }

        return PersonalDataId.TryReadErasure(id, out tenant, out principal) && IsOf(tenant, exchange.Caller)
            ? Answer.Ok(await grains.For(tenant).Get<IErasureGrain>(principal).GetAsync())
            : Answer.Refused(Problem.NotFound("operation"));
    }

    private static bool IsOf(TenantId tenant, Caller caller) => caller.Tenant == TenantId.Platform || caller.Tenant == tenant;

    private static bool IsPurge(string id) => id.StartsWith(Purge, StringComparison.Ordinal) && TenantId.TryParse(id[Purge.Length..], out var tenant) && tenant != TenantId.Platform;

    private static bool IsOfPerson(string id) => PersonalDataId.TryReadErasure(id, out _, out _) || PersonalDataId.TryReadExport(id, out _, out _);
}
