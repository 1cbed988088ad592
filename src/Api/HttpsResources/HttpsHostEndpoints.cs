using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.HttpsResources;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Management;
using Platform.Api.Tenants;

namespace Platform.Api.HttpsResources;

/// <summary>The https hosts that a tenant's agents may read (IN-4). An area of its own: who writes a tenant's resources does not open its way out.</summary>
internal static class HttpsHostEndpoints
{
    private const string Area = "https-hosts";
    private const string Route = "/tenants/{tenant}/resources/https-hosts";

    public static void MapHttpsHosts(this IEndpointRouteBuilder v1)
    {
        v1.MapGet(Route, List).Needs($"{Area}/list", Area, "read")
            .AnswersPage<HttpsHost>("Lists the https hosts whose pages may be read as resources.").OrderedBy("host");
        v1.MapGet($"{Route}/{{host}}", Get).Needs($"{Area}/get", Area, "read")
            .Answers<HttpsHost>("Shows an https host.").WithVersion();
        v1.MapPut($"{Route}/{{host}}", Put).Needs($"{Area}/put", Area, "write").Validate<PutHttpsHost>()
            .Answers<HttpsHost>("Writes an https host; If-None-Match: * adds one.").OrCreates<HttpsHost>().WithVersion().OnVersion();
        v1.MapDelete($"{Route}/{{host}}", Delete).Needs($"{Area}/delete", Area, "write").WhileReadOnly()
            .AnswersNothing("Takes an https host off the list.").OnVersion();
    }

    private static async Task<IResult> List(RouteTenant owner, int? pageSize, string? pageToken, TenantGrains grains)
    {
        if (!owner.Id.Try(out var tenant, out var refused) || !Answer.Page(pageSize, pageToken, HttpsHostRules.IsHost).Try(out var page, out refused))
        {
            return Answer.Refused(refused);
        }

        var hosts = await grains.For(tenant).The<IHttpsHostBookGrain>().ListAsync();
        return Answer.List([.. hosts.Where(entry => page.After is null || string.CompareOrdinal(entry.Host, page.After) > 0).Take(page.Size + 1)], page.Size, entry => entry.Host);
    }

    private static async Task<IResult> Get(RouteTenant owner, string host, HttpResponse response, ManagementExchange exchange, TenantGrains grains) =>
        !Named(owner, host, exchange).Try(out var tenant, out var refused) ? Answer.Refused(refused)
        : (await grains.For(tenant).The<IHttpsHostBookGrain>().GetAsync(host)).Try(out var entry, out refused) ? Tagged(response, entry, isNew: false)
        : Answer.Refused(refused);

    private static async Task<IResult> Put(RouteTenant owner, string host, PutHttpsHost command, HttpRequest request, HttpResponse response, ManagementExchange exchange, TenantGrains grains)
    {
        if (!HttpsHostRules.IsHost(host))
        {
            return Answer.Refused(owner.Id.Problem ?? Problem.Invalid([new FieldError("host", "Write a DNS name of two labels or more in lower case, punycode for others than ASCII, and its port unless that is 443. Addresses and wildcards are not listed.")]));
        }

        if (!Named(owner, host, exchange).Try(out var tenant, out var refused) || !EntityCondition.Required(request).Try(out var condition, out refused))
        {
            return Answer.Refused(refused);
        }

        var book = grains.For(tenant).The<IHttpsHostBookGrain>();
        var before = (await book.GetAsync(host)).Try(out var known, out _) ? known : null;
        if (condition.Check(before is null ? null : Text(before)) is { } stale)
        {
            return Answer.Refused(stale);
        }

        if (!(await book.PutAsync(host, command, before?.Version, exchange.Caller)).Try(out var entry, out refused))
        {
            return Answer.Refused(refused);
        }

        exchange.Changed(before, entry);
        return Tagged(response, entry, isNew: before is null);
    }

    private static async Task<IResult> Delete(RouteTenant owner, string host, HttpRequest request, ManagementExchange exchange, TenantGrains grains)
    {
        if (!Named(owner, host, exchange).Try(out var tenant, out var refused) || !EntityCondition.Required(request).Try(out var condition, out refused))
        {
            return Answer.Refused(refused);
        }

        var book = grains.For(tenant).The<IHttpsHostBookGrain>();
        if (!(await book.GetAsync(host)).Try(out var known, out refused))
        {
            return Answer.Refused(refused);
        }

        if ((condition.Check(Text(known)) ?? await book.DeleteAsync(host, known.Version, exchange.Caller)) is { } kept)
        {
            return Answer.Refused(kept);
        }

        exchange.Changed(known, null);
        return Results.NoContent();
    }

    /// <summary>Whose entry it is. The trail says which; what is no host's name is not repeated there.</summary>
    private static Result<TenantId> Named(RouteTenant owner, string host, ManagementExchange exchange)
    {
        if (!HttpsHostRules.IsHost(host))
        {
            return owner.Id.Problem ?? Problem.NotFound("https host");
        }

        exchange.Entry.Target = $"{exchange.Entry.Target}/{host}";
        return owner.Id;
    }

    private static IResult Tagged(HttpResponse response, HttpsHost entry, bool isNew)
    {
        response.Headers.ETag = EntityCondition.Tag(Text(entry));
        return isNew ? Results.Created(response.HttpContext.Request.Path.Value, entry) : Results.Ok(entry);
    }

    private static string Text(HttpsHost entry) => entry.Version.ToString(CultureInfo.InvariantCulture);
}
