using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Platform.Abstractions.OAuth;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Api.Management;
using Platform.Api.Tenants;

namespace Platform.Api.OAuth.Clients;

internal static class OAuthClientEndpoints
{
    private const string Area = "oauth-clients";

    public static void MapOAuthClients(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/tenants/{tenant}/oauth-clients", List).Needs("oauth-clients/list", Area, "read")
            .AnswersPage<OAuthClientView>("Lists OAuth clients.").OrderedBy("id");
        v1.MapPost("/tenants/{tenant}/oauth-clients", Create).Needs("oauth-clients/create", Area, "write").Validate<CreateOAuthClient>()
            .Creates<OAuthClientIssued>("Registers an OAuth client. A secret, where it has one, is in this answer and in no other.").WithVersion();
        v1.MapGet("/tenants/{tenant}/oauth-clients/{client}", Get).Needs("oauth-clients/get", Area, "read")
            .Answers<OAuthClientView>("Shows an OAuth client.").WithVersion();
        v1.MapPatch("/tenants/{tenant}/oauth-clients/{client}", Change).Needs("oauth-clients/change", Area, "write").TakesPatchOf<OAuthClientSettings>()
            .Answers<OAuthClientView>("Changes the name or the redirect URIs of an OAuth client that is registered here, and leaves what is not named.").WithVersion().OnVersion();
        v1.MapDelete("/tenants/{tenant}/oauth-clients/{client}", Delete).Needs("oauth-clients/delete", Area, "write").WhileReadOnly()
            .AnswersNothing("Deletes an OAuth client and ends its tokens.");
        v1.MapPost("/tenants/{tenant}/oauth-clients/{client}:rotateSecret", Rotate).Needs("oauth-clients/rotate-secret", Area, "write")
            .Answers<OAuthClientIssued>("Gives an OAuth client a new secret; the old one opens nothing any more.");
    }

    private static async Task<IResult> List(string tenant, int? pageSize, string? pageToken, ManagementExchange exchange, Desk desk)
    {
        if (!Answer.Page(pageSize, pageToken, id => id.Length is > 0 and <= 2_048).Try(out var page, out var refused) || !(await desk.EnterAsync(tenant, exchange)).Try(out var clients, out refused))
        {
            return Answer.Refused(refused);
        }

        var after = (await clients.ListAsync(desk.Cancel)).Where(client => page.After is null || string.CompareOrdinal(client.Id, page.After) > 0).Take(page.Size + 1).ToList();
        return Answer.List(after, page.Size, client => client.Id);
    }

    private static async Task<IResult> Create(string tenant, CreateOAuthClient command, HttpResponse response, ManagementExchange exchange, TenantGrains grains, Desk desk)
    {
        if (!(await desk.EnterAsync(tenant, exchange)).Try(out var clients, out var refused) || (refused = await MayBindAsync(command.Principal, exchange, grains)) is not null)
        {
            return Answer.Refused(refused);
        }

        if (command.Scopes is { } scopes && Array.Find(scopes, scope => !OAuthScopes.IsKnown(scope)) is not null)
        {
            return Answer.Refused(Problem.Invalid([new FieldError("scopes", "A scope is a permission such as tools:call.")]));
        }

        var made = await clients.CreateAsync(command, exchange.Caller.NameIn(exchange.Entry.Tenant), desk.Cancel);
        if (made.Try(out var issued, out _))
        {
            exchange.Entry.Target = $"{tenant}/{issued.Client.Id}";
            exchange.Changed(null, issued.Client);
        }

        return Answer.Created(response, made, client => $"/v1/tenants/{tenant}/oauth-clients/{client.Client.Id}", client => VersionOf(client.Client));
    }

    private static async Task<IResult> Get(string tenant, ClientInPath named, HttpContext http, ManagementExchange exchange, Desk desk) =>
        (await desk.EnterAsync(tenant, exchange, named.Id)).Try(out var clients, out var refused) && (await clients.GetAsync(named.Id, desk.Cancel)).Try(out var found, out refused)
            ? Told(http, found)
            : Answer.Refused(refused);

    private static async Task<IResult> Change(string tenant, ClientInPath named, MergePatch patch, HttpContext http, ManagementExchange exchange, Desk desk)
    {
        if (!(await desk.EnterAsync(tenant, exchange, named.Id)).Try(out var clients, out var refused)
            || !EntityCondition.Required(http.Request).Try(out var condition, out refused)
            || !(await clients.GetAsync(named.Id, desk.Cancel)).Try(out var known, out refused)
            || (refused = condition.Check(OAuthClientSettings.Of(known).Version())) is not null
            || !(await patch.OnAsync(OAuthClientSettings.Of(known), http)).Try(out var settings, out refused)
            || !(await clients.ChangeAsync(known, settings, desk.Cancel)).Try(out var changed, out refused))
        {
            return Answer.Refused(refused);
        }

        exchange.Changed(OAuthClientSettings.Of(known), OAuthClientSettings.Of(changed));
        return Told(http, changed);
    }

    private static IResult Told(HttpContext http, OAuthClientView client) => Answer.Versioned(http.Response, client, VersionOf(client));

    private static string VersionOf(OAuthClientView client) => OAuthClientSettings.Of(client).Version();

    private static async Task<IResult> Delete(string tenant, ClientInPath named, ManagementExchange exchange, Desk desk)
    {
        if (!(await desk.EnterAsync(tenant, exchange, named.Id)).Try(out var clients, out var refused)
            || !(await clients.GetAsync(named.Id, desk.Cancel)).Try(out var known, out refused)
            || (refused = await clients.DeleteAsync(named.Id, exchange.Caller, desk.Cancel)) is not null)
        {
            return Answer.Refused(refused);
        }

        exchange.Changed(known, null);
        return Results.NoContent();
    }

    private static async Task<IResult> Rotate(string tenant, string client, ManagementExchange exchange, TenantGrains grains, Desk desk)
    {
        if (!(await desk.EnterAsync(tenant, exchange, client)).Try(out var clients, out var refused)
            || !(await clients.GetAsync(client, desk.Cancel)).Try(out var known, out refused)
            || (refused = await MayBindAsync(known.Principal, exchange, grains)) is not null)
        {
            return Answer.Refused(refused);
        }

        return Answer.Ok(await clients.RotateAsync(client, desk.Cancel));
    }

    // Whoever has the client's secret is that service: nobody gives away more than they hold (AZ-3).
    private static async ValueTask<Problem?> MayBindAsync(string? principal, ManagementExchange exchange, TenantGrains grains)
    {
        if (principal is null)
        {
            return null;
        }

        if (!(await grains.For(exchange.Entry.Tenant).Get<IPrincipalGrain>(principal).AccessAsync()).Try(out var service, out _) || service.Kind != PrincipalKind.Service)
        {
            return Problem.Invalid([new FieldError("principal", "There is no such service in this tenant, or it is blocked.")]);
        }

        return exchange.Permissions.Covers(service.Rules) ? null : Problem.PermissionDenied("every permission that the service has");
    }

    /// <summary>Decides the tenant of the route and opens its clients.</summary>
    internal sealed class Desk(HttpContext http)
    {
        public CancellationToken Cancel => http.RequestAborted;

        public static ValueTask<Desk?> BindAsync(HttpContext http) => ValueTask.FromResult<Desk?>(new Desk(http));

        public async ValueTask<Result<ClientRegistry>> EnterAsync(string slug, ManagementExchange exchange, string? client = null)
        {
            var services = http.RequestServices;
            if (!(await TenantEndpoints.FindAsync(slug, exchange, services.GetRequiredService<TenantGrains>())).Try(out var tenant, out var unknown))
            {
                return unknown;
            }

            exchange.Entry.Target = client is null ? slug : $"{slug}/{client}";
            services.GetRequiredService<OAuthTenant>().Enter(tenant, services.GetRequiredService<IOptions<ApiOptions>>().Value.DataUrl);
            return services.GetRequiredService<ClientRegistry>();
        }
    }
}
