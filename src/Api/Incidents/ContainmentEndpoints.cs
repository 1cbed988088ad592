using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.Incidents;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Management;
using Platform.Api.Tenants;

namespace Platform.Api.Incidents;

/// <summary>What stops an attacker without stopping the tenant: read-only mode, quarantine, and the end of every credential (IR-2).</summary>
internal static class ContainmentEndpoints
{
    private const string Area = "incidents";

    public static void MapContainment(this IEndpointRouteBuilder v1)
    {
        v1.MapPost("/tenants/{tenant}:makeReadOnly", MakeReadOnly).Needs("tenants/make-read-only", Area, "write").InIncidents().WhileReadOnly().Validate<MakeReadOnly>()
            .Answers<TenantView>("Makes a tenant read-only: nothing of it can be changed.");
        v1.MapPost("/tenants/{tenant}:makeWritable", MakeWritable).Needs("tenants/make-writable", Area, "write").InIncidents().WhileReadOnly()
            .Answers<TenantView>("Ends the read-only mode of a tenant.");
        v1.MapPost("/tenants/{tenant}:revokeCredentials", RevokeCredentials).Needs("tenants/revoke-credentials", Area, "write").InIncidents().WhileReadOnly().Validate<RevokeCredentials>()
            .Answers<CredentialsRevoked>("Ends every credential of a tenant: keys, sessions, tokens, secrets of clients, certificates.");
        v1.MapGet("/tenants/{tenant}/quarantine", List).Needs("quarantine/list", Area, "read")
            .AnswersPage<QuarantinedEntry>("Lists the tools and prompts in quarantine.").OrderedBy("name");
        v1.MapPost("/tenants/{tenant}/quarantine", Quarantine).Needs("quarantine/add", Area, "write").InIncidents().WhileReadOnly().Validate<QuarantineEntry>()
            .Answers<TenantView>("Puts a tool or a prompt into quarantine: nobody finds or calls it.").MayRefuse(ProblemCode.QuotaExceeded);
        v1.MapPost("/tenants/{tenant}/quarantine:release", Release).Needs("quarantine/release", Area, "write").InIncidents().WhileReadOnly().Validate<QuarantineEntry>()
            .Answers<TenantView>("Lets a tool or a prompt out of quarantine.").MayRefuse(ProblemCode.NotFound);
    }

    private static Task<IResult> MakeReadOnly(string tenant, MakeReadOnly command, ManagementExchange exchange, TenantGrains grains) =>
        ChangeAsync(tenant, exchange, grains, (grain, caller) => grain.MakeReadOnlyAsync(command, caller));

    private static Task<IResult> MakeWritable(string tenant, ManagementExchange exchange, TenantGrains grains) =>
        ChangeAsync(tenant, exchange, grains, (grain, caller) => grain.MakeWritableAsync(caller));

    private static async Task<IResult> RevokeCredentials(string tenant, RevokeCredentials command, ManagementExchange exchange, TenantGrains grains, CredentialSweep sweep, HttpContext http) =>
        (await TenantEndpoints.FindAsync(tenant, exchange, grains)).Try(out var found, out var unknown)
            ? Answer.Ok(await sweep.RunAsync(found, command, exchange.Caller, http.RequestAborted))
            : Answer.Refused(unknown);

    private static async Task<IResult> List(string tenant, int? pageSize, string? pageToken, ManagementExchange exchange, TenantGrains grains) =>
        (await TenantEndpoints.FindAsync(tenant, exchange, grains)).Try(out var found, out var unknown)
            ? Answer.PageOfAll(pageSize, pageToken, found.Quarantine, entry => $"{entry.Name}\n{entry.Kind}")
            : Answer.Refused(unknown);

    private static Task<IResult> Quarantine(string tenant, QuarantineEntry command, ManagementExchange exchange, TenantGrains grains) =>
        ChangeAsync(tenant, exchange, grains, (grain, caller) => grain.QuarantineAsync(command, caller), NameOf(command));

    private static Task<IResult> Release(string tenant, QuarantineEntry command, ManagementExchange exchange, TenantGrains grains) =>
        ChangeAsync(tenant, exchange, grains, (grain, caller) => grain.ReleaseAsync(command.Kind, command.Name, caller), NameOf(command));

    private static string NameOf(QuarantineEntry entry) => $"{(entry.Kind == CatalogueEntryKind.Tool ? "tool" : "prompt")}/{entry.Name}";

    private static async Task<IResult> ChangeAsync(
        string tenant, ManagementExchange exchange, TenantGrains grains, Func<ITenantGrain, Abstractions.Identity.Caller, Task<Result<TenantView>>> change, string? about = null)
    {
        if (!(await TenantEndpoints.FindAsync(tenant, exchange, grains)).Try(out var found, out var unknown))
        {
            return Answer.Refused(unknown);
        }

        exchange.Entry.Target = about is null ? tenant : $"{tenant}/{about}";
        return Answer.Ok(await change(grains.For(found.Id).The<ITenantGrain>(), exchange.Caller));
    }
}
