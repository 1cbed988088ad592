using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.ClientCertificates;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Api.Management;
using Platform.Api.Tenants;

namespace Platform.Api.ClientCertificates;

/// <summary>Which client certificates a tenant takes for which of its principals.</summary>
internal static class ClientCertificateEndpoints
{
    private const string Route = "/tenants/{tenant}/client-certificates";

    public static void MapClientCertificates(this IEndpointRouteBuilder v1)
    {
        v1.MapGet(Route, List).Needs("client-certificates/list", "principals", "read")
            .AnswersPage<ClientCertificateView>("Lists client certificates, as they were registered.").OrderedBy("createdAt");
        v1.MapPost(Route, Register).Needs("client-certificates/register", "principals", "write").Validate<RegisterClientCertificate>()
            .Creates<ClientCertificateView>("Takes a client certificate, or all of an authority, for a principal.").MayRefuse(ProblemCode.NotFound);
        v1.MapDelete($"{Route}/{{certificate}}", Revoke).Needs("client-certificates/revoke", "principals", "write").WhileReadOnly()
            .AnswersNothing("Takes a client certificate back.");
        v1.MapPut($"{Route}/{{certificate}}/revocation-list", SetRevocationList).Needs("client-certificates/set-revocation-list", "principals", "write").Validate<SetRevocationList>()
            .Answers<ClientCertificateView>("Sets the revocation list of an authority.");
    }

    private static async Task<IResult> List(string tenant, int? pageSize, string? pageToken, ManagementExchange exchange, TenantGrains grains)
    {
        if (!Answer.Page(pageSize, pageToken, IsId).Try(out var page, out var refused) || !(await TenantEndpoints.FindAsync(tenant, exchange, grains)).Try(out var found, out refused))
        {
            return Answer.Refused(refused);
        }

        var all = await grains.For(found.Id).The<IClientCertificatesGrain>().ListAsync();
        var last = page.After is null ? -1 : Array.FindIndex(all, view => string.Equals(view.Id, page.After, StringComparison.Ordinal));
        return page.After is not null && last < 0
            ? Answer.List(Array.Empty<ClientCertificateView>(), page.Size, view => view.Id)
            : Answer.List(all[(last + 1)..], page.Size, view => view.Id);
    }

    private static async Task<IResult> Register(string tenant, RegisterClientCertificate command, ManagementExchange exchange, TenantGrains grains)
    {
        if (!(await TenantEndpoints.FindAsync(tenant, exchange, grains)).Try(out var found, out var unknown))
        {
            return Answer.Refused(unknown);
        }

        exchange.Entry.Target = $"{tenant}/{command.Principal}";
        var own = grains.For(found.Id);
        if (!(await own.Get<IPrincipalGrain>(command.Principal).AccessAsync()).Try(out var access, out _))
        {
            return Answer.Refused(Problem.NotFound("principal"));
        }

        // A certificate is a credential of the principal: whoever binds one could act as it (AZ-3).
        if (!exchange.Permissions.Covers(access.Rules))
        {
            return Answer.Refused(Problem.PermissionDenied("every permission that the principal has"));
        }

        var registered = await own.The<IClientCertificatesGrain>().RegisterAsync(command, exchange.Caller);
        if (registered.Try(out var made, out _))
        {
            exchange.Entry.Target = $"{tenant}/{made.Id}";
        }

        return Answer.Created(registered, view => $"/v1/tenants/{tenant}/client-certificates/{view.Id}");
    }

    private static async Task<IResult> Revoke(string tenant, string certificate, ManagementExchange exchange, TenantGrains grains)
    {
        if (!(await TenantEndpoints.FindAsync(tenant, exchange, grains)).Try(out var found, out var unknown))
        {
            return Answer.Refused(unknown);
        }

        exchange.Entry.Target = $"{tenant}/{certificate}";
        return await grains.For(found.Id).The<IClientCertificatesGrain>().RevokeAsync(certificate, exchange.Caller) is { } refused
            ? Answer.Refused(refused)
            : Results.NoContent();
    }

    private static async Task<IResult> SetRevocationList(string tenant, string certificate, SetRevocationList command, ManagementExchange exchange, TenantGrains grains)
    {
        if (!(await TenantEndpoints.FindAsync(tenant, exchange, grains)).Try(out var found, out var unknown))
        {
            return Answer.Refused(unknown);
        }

        exchange.Entry.Target = $"{tenant}/{certificate}";
        return Answer.Ok(await grains.For(found.Id).The<IClientCertificatesGrain>().SetRevocationListAsync(certificate, command, exchange.Caller));
    }

    private static bool IsId(string text) => text.Length == 16 && text.StartsWith("crt_", StringComparison.Ordinal) && text[4..].All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c));
}
