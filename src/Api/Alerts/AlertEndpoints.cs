using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.Alerts;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Api.Management;
using Platform.Api.Tenants;

namespace Platform.Api.Alerts;

/// <summary>Alert rules and alerts of a tenant, and the platform's own, which watch all tenants together and are the operators' alone (AL-6).</summary>
internal static class AlertEndpoints
{
    public static void MapAlerts(this IEndpointRouteBuilder v1)
    {
        Map(v1, "/tenants/{tenant}", "", "alerts");
        foreach (var route in Map(v1, "/platform", "platform-", "platform-alerts"))
        {
            route.OfThePlatform();
        }
    }

    private static RouteHandlerBuilder[] Map(IEndpointRouteBuilder v1, string owner, string prefix, string area) =>
    [
        v1.MapGet($"{owner}/alerts", Alerts).Needs($"{prefix}alerts/list", area, "read")
            .AnswersPage<AlertView>("Lists alerts, newest first.").OrderedBy("number desc").OneOf("state", "firing", "resolved"),
        v1.MapGet($"{owner}/alert-rules", List).Needs($"{prefix}alert-rules/list", area, "read")
            .AnswersPage<AlertRuleView>("Lists all alert rules.").OrderedBy("name"),
        v1.MapGet($"{owner}/alert-rules/{{rule}}", Get).Needs($"{prefix}alert-rules/get", area, "read")
            .Answers<AlertRuleView>("Shows an alert rule.").WithVersion(),
        v1.MapPut($"{owner}/alert-rules/{{rule}}", Put).Needs($"{prefix}alert-rules/put", area, "write").Validate<PutAlertRule>()
            .Answers<AlertRuleView>("Writes an alert rule; If-None-Match: * makes one.").OrCreates<AlertRuleView>().WithVersion().OnVersion().MayRefuse(ProblemCode.QuotaExceeded),
        v1.MapDelete($"{owner}/alert-rules/{{rule}}", Delete).Needs($"{prefix}alert-rules/delete", area, "write")
            .AnswersNothing("Deletes an alert rule.").OnVersion(),
        v1.MapPost($"{owner}/alert-rules/{{rule}}:silence", Silence).Needs($"{prefix}alert-rules/silence", area, "write").Validate<SilenceAlertRule>()
            .Answers<AlertRuleView>("Silences an alert rule for a while: it still watches, and tells nobody."),
        v1.MapPost($"{owner}/alert-rules/{{rule}}:unsilence", Unsilence).Needs($"{prefix}alert-rules/unsilence", area, "write")
            .Answers<AlertRuleView>("Lets an alert rule tell again."),
        v1.MapPost($"{owner}/alert-rules/{{rule}}:resolve", Resolve).Needs($"{prefix}alert-rules/resolve", area, "write")
            .Answers<AlertView>("Resolves the alert that the rule has open."),
        v1.MapPost($"{owner}/alert-rules/{{rule}}:test", Test).Needs($"{prefix}alert-rules/test", area, "write")
            .Answers<TestedChannels>("Sends a test through the channels of an alert rule. What webhooks take is queued: the deliveries of each endpoint tell how it went on."),
    ];

    private static async Task<IResult> Alerts(RouteTenant owner, string? state, int? pageSize, string? pageToken, TenantGrains grains)
    {
        if (!owner.Id.Try(out var tenant, out var refused) || !Answer.Page(pageSize, pageToken, IsNumber).Try(out var page, out refused))
        {
            return Answer.Refused(refused);
        }

        long? before = page.After is null ? null : long.Parse(page.After, NumberStyles.None, CultureInfo.InvariantCulture);
        return Answer.List(await grains.For(tenant).The<IAlertRuleGrain>().AlertsAsync(QueryWord.Of<AlertState>(state), before, page.Size + 1), page.Size, alert => alert.Number.ToString(CultureInfo.InvariantCulture));
    }

    private static async Task<IResult> List(RouteTenant owner, int? pageSize, string? pageToken, TenantGrains grains) =>
        owner.Id.Try(out var tenant, out var unknown)
            ? Answer.PageOfAll(pageSize, pageToken, await grains.For(tenant).The<IAlertRuleGrain>().ListAsync(), rule => rule.Name)
            : Answer.Refused(unknown);

    private static async Task<IResult> Get(RouteTenant owner, string rule, HttpResponse response, ManagementExchange exchange, TenantGrains grains)
    {
        if (!Named(owner, rule, exchange).Try(out var tenant, out var refused))
        {
            return Answer.Refused(refused);
        }

        return Tagged(response, await grains.For(tenant).The<IAlertRuleGrain>().GetAsync(rule));
    }

    private static async Task<IResult> Put(RouteTenant owner, string rule, PutAlertRule command, HttpRequest request, HttpResponse response, ManagementExchange exchange, TenantGrains grains)
    {
        if (!Named(owner, rule, exchange).Try(out var tenant, out var refused) || !EntityCondition.Required(request).Try(out var condition, out refused))
        {
            return Answer.Refused(refused);
        }

        var grain = grains.For(tenant).The<IAlertRuleGrain>();
        long? version = (await grain.GetAsync(rule)).Try(out var known, out _) ? known.Version : null;
        if (condition.Check(version?.ToString(CultureInfo.InvariantCulture)) is { } stale)
        {
            return Answer.Refused(stale);
        }

        var put = await grain.PutAsync(rule, command, version, exchange.Caller);
        if (!put.Try(out var written, out refused))
        {
            return Answer.Refused(refused);
        }

        exchange.Changed(known?.ToPut(), written.ToPut());
        return known is null ? Made(response, $"{owner.Path}/alert-rules/{rule}", written) : Tagged(response, put);
    }

    private static async Task<IResult> Delete(RouteTenant owner, string rule, HttpRequest request, ManagementExchange exchange, TenantGrains grains)
    {
        if (!Named(owner, rule, exchange).Try(out var tenant, out var refused) || !EntityCondition.Required(request).Try(out var condition, out refused))
        {
            return Answer.Refused(refused);
        }

        var grain = grains.For(tenant).The<IAlertRuleGrain>();
        if (!(await grain.GetAsync(rule)).Try(out var known, out refused))
        {
            return Answer.Refused(refused);
        }

        refused = condition.Check(known.Version.ToString(CultureInfo.InvariantCulture)) ?? await grain.DeleteAsync(rule, known.Version, exchange.Caller);
        if (refused is not null)
        {
            return Answer.Refused(refused);
        }

        exchange.Changed(known.ToPut(), null);
        return Results.NoContent();
    }

    private static async Task<IResult> Silence(RouteTenant owner, string rule, SilenceAlertRule command, ManagementExchange exchange, TenantGrains grains) =>
        Named(owner, rule, exchange).Try(out var tenant, out var refused)
            ? Answer.Ok(await grains.For(tenant).The<IAlertRuleGrain>().SilenceAsync(rule, command, exchange.Caller))
            : Answer.Refused(refused);

    private static async Task<IResult> Unsilence(RouteTenant owner, string rule, ManagementExchange exchange, TenantGrains grains) =>
        Named(owner, rule, exchange).Try(out var tenant, out var refused)
            ? Answer.Ok(await grains.For(tenant).The<IAlertRuleGrain>().UnsilenceAsync(rule, exchange.Caller))
            : Answer.Refused(refused);

    private static async Task<IResult> Resolve(RouteTenant owner, string rule, ManagementExchange exchange, TenantGrains grains) =>
        Named(owner, rule, exchange).Try(out var tenant, out var refused)
            ? Answer.Ok(await grains.For(tenant).The<IAlertRuleGrain>().ResolveAsync(rule, exchange.Caller))
            : Answer.Refused(refused);

    private static async Task<IResult> Test(RouteTenant owner, string rule, ManagementExchange exchange, TenantGrains grains)
    {
        if (!Named(owner, rule, exchange).Try(out var tenant, out var refused) || !(await grains.For(tenant).The<IAlertRuleGrain>().TestAsync(rule, exchange.Caller)).Try(out var channels, out refused))
        {
            return Answer.Refused(refused);
        }

        return Results.Ok(new TestedChannels(channels));
    }

    private static IResult Tagged(HttpResponse response, Result<AlertRuleView> result) =>
        result.Try(out var rule, out var refused) ? Answer.Versioned(response, rule, rule.Version.ToString(CultureInfo.InvariantCulture)) : Answer.Refused(refused);

    private static IResult Made(HttpResponse response, string location, AlertRuleView rule)
    {
        response.Headers.ETag = EntityCondition.Tag(rule.Version.ToString(CultureInfo.InvariantCulture));
        return Results.Created(location, rule);
    }

    /// <summary>Whose rule it is. The trail says which; what is no rule's name is not repeated there.</summary>
    public static Result<Abstractions.Tenants.TenantId> Named(RouteTenant owner, string rule, ManagementExchange exchange)
    {
        if (!AlertRules.IsName(rule))
        {
            return owner.Id.Problem ?? Problem.NotFound("alert rule");
        }

        exchange.Entry.Target = $"{exchange.Entry.Target}/{rule}";
        return owner.Id;
    }

    private static bool IsNumber(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
