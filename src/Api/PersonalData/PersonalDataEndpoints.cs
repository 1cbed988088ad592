using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Operations;
using Platform.Abstractions.PersonalData;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Audit;
using Platform.Api.Management;
using Platform.Api.Operations;
using Platform.Api.Sessions;

namespace Platform.Api.PersonalData;

/// <summary>What is held of a person: exported, by an administrator or by the person itself, and erased, by an administrator alone (docs/personal-data.md).</summary>
internal static class PersonalDataEndpoints
{
    private const string Area = "personal-data";

    public static void MapPersonalData(this IEndpointRouteBuilder v1)
    {
        v1.MapPost("/tenants/{tenant}/principals/{principal}:exportData", Export).Needs("personal-data/export", Area, "export")
            .Starts<OperationView>("Gathers what is held of a person.");
        v1.MapGet("/tenants/{tenant}/principals/{principal}/personal-data", Download).Needs("personal-data/download", Area, "export")
            .AnswersBytes("Downloads what was gathered of a person.", "application/json").MayRefuse(ProblemCode.Conflict);
        v1.MapPost("/tenants/{tenant}/principals/{principal}:erase", Erase).Needs("personal-data/erase", Area, "erase").Validate<ErasePrincipal>()
            .Starts<ErasureStarted>("Erases a person for good; the id is given to nobody again.");
        v1.MapGet("/tenants/{tenant}/erasure-records", Records).Needs("erasure-records/list", Area, "erase")
            .AnswersPage<ErasedPrincipal>("Lists people who were erased.").OrderedBy("principal");
        v1.MapGet("/tenants/{tenant}/erasure-records/{principal}", Record).Needs("erasure-records/get", Area, "erase")
            .Answers<SignedErasure>("Gives the signed record of what was erased, with the keys that verify it.");
        v1.MapPost("/sessions/current:exportData", ExportOwn).Needs("personal-data/export-own", "sessions", "own").ForEverybody()
            .Starts<OperationView>("Gathers what is held of whoever asks.").MayRefuse(ProblemCode.NotFound, ProblemCode.TenantReadOnly);
        v1.MapGet("/sessions/current/personal-data", DownloadOwn).Needs("personal-data/download-own", "sessions", "own").ForEverybody()
            .AnswersBytes("Downloads what was gathered of whoever asks.", "application/json").MayRefuse(ProblemCode.NotFound, ProblemCode.Conflict);
    }

    private static async Task<IResult> Export(string tenant, string principal, HttpContext http, ManagementExchange exchange, TenantGrains grains)
    {
        if (!(await FindAsync(tenant, principal, exchange, grains)).Try(out var owner, out var refused)
            || !(await grains.For(owner).Get<IPersonalExportGrain>(principal).BeginAsync(exchange.Caller)).Try(out var operation, out refused))
        {
            return Answer.Refused(refused);
        }

        return OperationEndpoints.Accepted(http, operation, operation);
    }

    private static async Task<IResult> Download(string tenant, string principal, ManagementExchange exchange, TenantGrains grains) =>
        (await FindAsync(tenant, principal, exchange, grains)).Try(out var owner, out var refused)
            ? await BundleAsync(owner, principal, grains)
            : Answer.Refused(refused);

    private static async Task<IResult> ExportOwn(HttpContext http, ManagementExchange exchange, TenantGrains grains)
    {
        if (exchange.Session is not { } session)
        {
            return Answer.Refused(SessionEndpoints.NoSession());
        }

        exchange.Entry.Target = session.Principal;
        if (!(await grains.For(session.Tenant).Get<IPersonalExportGrain>(session.Principal).BeginAsync(exchange.Caller)).Try(out var operation, out var refused))
        {
            return Answer.Refused(refused);
        }

        // Whoever may not read operations asks here how far it is.
        http.Response.Headers[HasOperation.Header] = "/v1/sessions/current/personal-data";
        return Results.Json(operation, statusCode: StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> DownloadOwn(ManagementExchange exchange, TenantGrains grains)
    {
        if (exchange.Session is not { } session)
        {
            return Answer.Refused(SessionEndpoints.NoSession());
        }

        exchange.Entry.Target = session.Principal;
        return await BundleAsync(session.Tenant, session.Principal, grains);
    }

    private static async Task<IResult> Erase(string tenant, string principal, ErasePrincipal command, HttpContext http, ManagementExchange exchange, TenantGrains grains)
    {
        if (!(await FindAsync(tenant, principal, exchange, grains)).Try(out var owner, out var refused)
            || !(await grains.For(owner).Get<IErasureGrain>(principal).EraseAsync(command, exchange.Caller)).Try(out var operation, out refused))
        {
            return Answer.Refused(refused);
        }

        return OperationEndpoints.Accepted(http, operation, new ErasureStarted(operation, Consequences(command)));
    }

    private static async Task<IResult> Records(string tenant, int? pageSize, string? pageToken, ManagementExchange exchange, TenantGrains grains)
    {
        if (!Answer.Page(pageSize, pageToken, PrincipalId.IsValid).Try(out var page, out var refused) || !(await PrincipalPath.TenantAsync(tenant, exchange, grains)).Try(out var owner, out refused))
        {
            return Answer.Refused(refused);
        }

        var erased = await grains.For(owner).Get<IOperationListGrain>("list").ErasuresAsync(page.After, page.Size + 1);
        return Answer.List([.. erased.Select(operation => new ErasedPrincipal(operation.Target, operation.FinishedAt))], page.Size, person => person.Principal);
    }

    /// <summary>The statement with all that judges it offline.</summary>
    private static async Task<IResult> Record(string tenant, string principal, ManagementExchange exchange, TenantGrains grains)
    {
        if (!(await FindAsync(tenant, principal, exchange, grains)).Try(out var owner, out var refused)
            || !(await grains.For(owner).Get<IErasureGrain>(principal).RecordAsync()).Try(out var statement, out refused))
        {
            return Answer.Refused(refused);
        }

        return Results.Ok(new SignedErasure(
            statement,
            AuditStatement.TryRead(statement, ErasureRecord.Type, out var read) ? JsonSerializer.Deserialize<JsonElement>(read.Payload) : null,
            await grains.Platform.Get<IAuditSignerGrain>(AuditEndpoints.Ring).KeysAsync()));
    }

    /// <summary>The first events are read before the answer begins: a search that cannot be asked is refused, not cut short.</summary>
    private static async Task<IResult> BundleAsync(TenantId tenant, string principal, TenantGrains grains)
    {
        if (!(await grains.For(tenant).Get<IPersonalExportGrain>(principal).DownloadAsync()).Try(out var export, out var refused))
        {
            return Answer.Refused(refused);
        }

        var bundle = new PersonalBundle(tenant, principal, export, grains);
        return await bundle.BeginAsync() is { } unread ? Answer.Refused(unread) : bundle;
    }

    // One who was deleted has no principal any more, and can be erased all the same.
    private static async ValueTask<Result<TenantId>> FindAsync(string tenant, string principal, ManagementExchange exchange, TenantGrains grains)
    {
        if (!(await PrincipalPath.TenantAsync(tenant, exchange, grains)).Try(out var owner, out var unknown))
        {
            return unknown;
        }

        if (!PrincipalId.IsValid(principal))
        {
            return Problem.NotFound("principal");
        }

        exchange.Entry.Target = $"{tenant}/{principal}";
        return owner;
    }

    private static string[] Consequences(ErasePrincipal command) =>
    [
        "From now on nobody is let in under this id: password, sessions, tokens and refresh tokens refuse everywhere within 5 s. Nobody is given the id again.",
        "Name, roles, credentials, sessions, consents and everything else that is kept of the person is erased for good.",
        command.KeepIssuedKeys ? "API keys that the person made for services go on." : "API keys that the person made for services are revoked.",
        "The audit trail stays for its retention. It names the person by the id alone. A signed record says what was erased.",
    ];
}
