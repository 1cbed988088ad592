using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.IdentityProviders;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Roles;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Authentication.Tokens;
using Platform.Api.Management;
using Platform.Api.Tenants;

namespace Platform.Api.IdentityProviders;

/// <summary>Whose access tokens a tenant believes beside its own.</summary>
internal static class IdentityProviderEndpoints
{
    public static void MapIdentityProviders(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/tenants/{tenant}/identity-providers", List).Needs("identity-providers/list", "identity-providers", "read")
            .AnswersPage<IdentityProvider>("Lists the identity providers whose access tokens are believed.").OrderedBy("createdAt");
        v1.MapPost("/tenants/{tenant}/identity-providers", Add).Needs("identity-providers/add", "identity-providers", "write").Validate<PutIdentityProvider>()
            .Creates<IdentityProvider>("Adds an identity provider, and the roles that its claims give.").WithVersion().MayRefuse(ProblemCode.UpstreamFailed);
        v1.MapGet("/tenants/{tenant}/identity-providers/{provider}", Get).Needs("identity-providers/get", "identity-providers", "read")
            .Answers<IdentityProvider>("Shows an identity provider.").WithVersion();
        v1.MapPut("/tenants/{tenant}/identity-providers/{provider}", Replace).Needs("identity-providers/replace", "identity-providers", "write").Validate<PutIdentityProvider>()
            .Answers<IdentityProvider>("Replaces what is believed of an identity provider. A client secret that is left out is kept.").WithVersion().OnVersion().MayRefuse(ProblemCode.UpstreamFailed);
        v1.MapPost("/tenants/{tenant}/identity-providers/{provider}:test", Test).Needs("identity-providers/test", "identity-providers", "write")
            .Answers<ProviderCheck>("Reads what an identity provider publishes now, and says what is wrong with it.");
        v1.MapDelete("/tenants/{tenant}/identity-providers/{provider}", Remove).Needs("identity-providers/remove", "identity-providers", "write")
            .AnswersNothing("Removes an identity provider: its tokens open nothing any more.").OnVersionIfSaid();
    }

    private static async Task<IResult> List(string tenant, int? pageSize, string? pageToken, ManagementExchange exchange, TenantGrains grains, TenantUris uris) =>
        (await TenantEndpoints.FindAsync(tenant, exchange, grains)).Try(out var found, out var unknown)
            ? Answer.PageOfAll(pageSize, pageToken, (await grains.For(found.Id).The<IIdentityProviderBookGrain>().ListAsync()).Select(provider => Shown(provider, found, uris)), provider => $"{provider.CreatedAt.UtcTicks:x16}{provider.Id}")
            : Answer.Refused(unknown);

    private static async Task<IResult> Add(string tenant, PutIdentityProvider command, ProviderInspector inspector, HttpResponse response, ManagementExchange exchange, TenantGrains grains, TenantUris uris, CancellationToken cancel)
    {
        if (!(await TenantEndpoints.FindAsync(tenant, exchange, grains)).Try(out var found, out var refused)
            || (refused = await MayGiveAsync(command, found, exchange, grains) ?? await inspector.RefuseAsync(found.Id, command.Issuer, command.SignIn is not null, cancel)) is not null)
        {
            return Answer.Refused(refused);
        }

        var added = await Book(grains, found).AddAsync(command, exchange.Caller);
        if (!added.Try(out var provider, out refused))
        {
            return Answer.Refused(refused);
        }

        exchange.Entry.Target = $"{tenant}/{provider.Id}";
        exchange.Changed(null, provider);
        return Answer.Created<IdentityProvider>(response, Shown(provider, found, uris), made => $"/v1/tenants/{tenant}/identity-providers/{made.Id}", _ => Version(provider));
    }

    private static async Task<IResult> Get(string tenant, string provider, HttpResponse response, ManagementExchange exchange, TenantGrains grains, TenantUris uris) =>
        (await NamedAsync(tenant, provider, exchange, grains)).Try(out var named, out var unknown) ? Tagged(response, named.Provider, named.Tenant, uris) : Answer.Refused(unknown);

    private static async Task<IResult> Replace(
        string tenant, string provider, PutIdentityProvider command, ProviderInspector inspector, HttpRequest request, HttpResponse response, ManagementExchange exchange, TenantGrains grains, TenantUris uris)
    {
        if (!(await NamedAsync(tenant, provider, exchange, grains)).Try(out var named, out var refused) || !EntityCondition.Required(request).Try(out var condition, out refused)
            || (refused = condition.Check(Version(named.Provider)) ?? await MayGiveAsync(command, named.Tenant, exchange, grains)) is not null)
        {
            return Answer.Refused(refused);
        }

        // Where people are going to be sent is looked at before; what else changes never waits for the provider, which may be what has to be kept out.
        if (command.SignIn is not null && named.Provider.SignIn is null && string.Equals(command.Issuer, named.Provider.Issuer, StringComparison.Ordinal)
            && await inspector.RefuseAsync(named.Tenant.Id, command.Issuer, signIn: true, request.HttpContext.RequestAborted) is { } unusable)
        {
            return Answer.Refused(unusable);
        }

        if (!(await Book(grains, named.Tenant).ReplaceAsync(provider, command, named.Provider.Version, exchange.Caller)).Try(out var changed, out refused))
        {
            return Answer.Refused(refused);
        }

        exchange.Changed(named.Provider, changed);
        return Tagged(response, changed, named.Tenant, uris);
    }

    private static async Task<IResult> Test(string tenant, string provider, ProviderInspector inspector, ManagementExchange exchange, TenantGrains grains, CancellationToken cancel) =>
        (await NamedAsync(tenant, provider, exchange, grains)).Try(out var named, out var unknown)
            ? Answer.Ok(await inspector.CheckAsync(named.Tenant.Id, named.Provider, cancel))
            : Answer.Refused(unknown);

    private static async Task<IResult> Remove(string tenant, string provider, HttpRequest request, ManagementExchange exchange, TenantGrains grains)
    {
        if (!(await NamedAsync(tenant, provider, exchange, grains)).Try(out var named, out var refused) || !EntityCondition.Of(request).Try(out var condition, out refused)
            || (refused = condition.Check(Version(named.Provider))) is not null)
        {
            return Answer.Refused(refused);
        }

        long? expected = condition.State == ExpectedState.Versions ? named.Provider.Version : null;
        if (await Book(grains, named.Tenant).RemoveAsync(provider, expected, exchange.Caller) is { } left)
        {
            return Answer.Refused(left);
        }

        exchange.Changed(named.Provider, null);
        return Results.NoContent();
    }

    private static IIdentityProviderBookGrain Book(TenantGrains grains, TenantView tenant) => grains.For(tenant.Id).The<IIdentityProviderBookGrain>();

    /// <summary>A provider of the tenant. The trail says which; what is no id of one is not repeated there.</summary>
    private static async Task<Result<(TenantView Tenant, IdentityProvider Provider)>> NamedAsync(string tenant, string provider, ManagementExchange exchange, TenantGrains grains)
    {
        if (!(await TenantEndpoints.FindAsync(tenant, exchange, grains)).Try(out var found, out var unknown))
        {
            return unknown;
        }

        if (!IdentityProviderRules.IsId(provider))
        {
            return Problem.NotFound("identity provider");
        }

        exchange.Entry.Target = $"{tenant}/{provider}";
        return Array.Find(await Book(grains, found).ListAsync(), one => string.Equals(one.Id, provider, StringComparison.Ordinal)) is { } known ? (found, known) : Problem.NotFound("identity provider");
    }

    /// <summary>Whoever lets strangers in lets them have no more than their own (AZ-3), also by what was there before.</summary>
    private static async Task<Problem?> MayGiveAsync(PutIdentityProvider command, TenantView tenant, ManagementExchange exchange, TenantGrains grains)
    {
        var book = grains.For(tenant.Id).The<IRoleBookGrain>();
        return !(await book.RulesAsync([.. command.Rules.SelectMany(rule => rule.Roles).Distinct(StringComparer.Ordinal)])).Try(out var granted, out var unknown) ? await AtItsRuleAsync(unknown, command.Rules, book)
            : exchange.Permissions.Covers(granted) ? null
            : new Problem(ProblemCode.PermissionDenied, "This needs every permission that the rules' roles grant.");
    }

    /// <summary>The book of roles knows nothing of rules: which of them names a role that there is not is looked for only once there is one.</summary>
    private static async Task<Problem> AtItsRuleAsync(Problem unknown, ClaimRule[] rules, IRoleBookGrain book)
    {
        for (var index = 0; index < rules.Length; index++)
        {
            if ((await book.RulesAsync(rules[index].Roles)).Problem is { Errors: [var error, ..] })
            {
                return Problem.Invalid([new FieldError($"rules[{index}].roles", error.Message)]);
            }
        }

        return unknown;
    }

    private static IResult Tagged(HttpResponse response, IdentityProvider provider, TenantView tenant, TenantUris uris) => Answer.Versioned(response, Shown(provider, tenant, uris), Version(provider));

    private static string Version(IdentityProvider provider) => provider.Version.ToString(CultureInfo.InvariantCulture);

    /// <summary>With what an administrator registers at the provider.</summary>
    private static IdentityProvider Shown(IdentityProvider provider, TenantView tenant, TenantUris uris) =>
        provider.SignIn is { } client ? provider with { SignIn = client with { RedirectUri = uris.RedirectFor(tenant, provider.Issuer) } } : provider;
}
