using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Abstractions.Webhooks;
using Platform.Api.Management;
using Platform.Api.Tenants;

namespace Platform.Api.Webhooks;

/// <summary>Webhook endpoints of a tenant, and the operators' own, which hear of the platform's alerts.</summary>
internal static class WebhookEndpoints
{
    private static readonly Permission AuditRead = Permission.Parse("audit:read");

    public static void MapWebhooks(this IEndpointRouteBuilder v1)
    {
        Map(v1, "/tenants/{tenant}/webhooks", "webhooks");
        foreach (var route in Map(v1, "/platform/webhooks", "platform-webhooks"))
        {
            route.OfThePlatform();
        }
    }

    private static RouteHandlerBuilder[] Map(IEndpointRouteBuilder v1, string path, string area) =>
    [
        v1.MapGet(path, List).Needs($"{area}/list", area, "read")
            .AnswersPage<WebhookView>("Lists all webhook endpoints.").OrderedBy("createdAt"),
        v1.MapPost(path, Add).Needs($"{area}/add", area, "write").Validate<PutWebhook>()
            .Creates<WebhookSecret>("Adds a webhook endpoint. Its signing secret is in this answer and in no other.").WithVersion(),
        v1.MapGet($"{path}/{{webhook}}", Get).Needs($"{area}/get", area, "read")
            .Answers<WebhookView>("Shows a webhook endpoint.").WithVersion(),
        v1.MapPut($"{path}/{{webhook}}", Replace).Needs($"{area}/replace", area, "write").Validate<PutWebhook>()
            .Answers<WebhookView>("Replaces where a webhook goes and what it tells.").WithVersion().OnVersion(),
        v1.MapDelete($"{path}/{{webhook}}", Delete).Needs($"{area}/delete", area, "write")
            .AnswersNothing("Deletes a webhook endpoint.").OnVersion(),
        v1.MapPost($"{path}/{{webhook}}:enable", Enable).Needs($"{area}/enable", area, "write")
            .Answers<WebhookView>("Sends to a webhook endpoint again that failed for too long.").WithVersion(),
        v1.MapPost($"{path}/{{webhook}}:rotateSecret", Rotate).Needs($"{area}/rotate-secret", area, "write").Validate<RotateWebhookSecret>()
            .Answers<WebhookSecret>("Signs with a new secret; for a while with the old one too."),
        v1.MapPost($"{path}/{{webhook}}:test", Test).Needs($"{area}/test", area, "write")
            .Answers<WebhookDelivery>("Sends a test event.").MayRefuse(ProblemCode.QuotaExceeded),
        .. DeliveryEndpoints.Map(v1, path, area),
    ];

    /// <summary>Whose endpoint it is. The trail says which; what is no id of one is not repeated there.</summary>
    public static Result<TenantId> Named(RouteTenant owner, string webhook, ManagementExchange exchange)
    {
        if (!WebhookRules.IsId(webhook))
        {
            return owner.Id.Problem ?? Problem.NotFound("webhook");
        }

        exchange.Entry.Target = $"{exchange.Entry.Target}/{webhook}";
        return owner.Id;
    }

    private static async Task<IResult> List(RouteTenant owner, int? pageSize, string? pageToken, TenantGrains grains) =>
        owner.Id.Try(out var tenant, out var unknown)
            ? Answer.PageOfAll(pageSize, pageToken, await grains.For(tenant).The<IWebhookIndexGrain>().ListAsync(), webhook => $"{webhook.CreatedAt.UtcTicks:x16}{webhook.Id}")
            : Answer.Refused(unknown);

    private static async Task<IResult> Add(RouteTenant owner, PutWebhook command, WebhookTargets targets, HttpResponse response, ManagementExchange exchange, TenantGrains grains)
    {
        if (!owner.Id.Try(out var tenant, out var refused) || (refused = MayHear(command, exchange) ?? targets.Check(command.Url)) is not null)
        {
            return Answer.Refused(refused);
        }

        var added = await grains.For(tenant).The<IWebhookIndexGrain>().AddAsync(command, exchange.Caller);
        if (added.Try(out var made, out _))
        {
            exchange.Entry.Target = $"{exchange.Entry.Target}/{made.Webhook.Id}";
        }

        return Answer.Created(response, added, secret => $"{owner.Path}/webhooks/{secret.Webhook.Id}", secret => Version(secret.Webhook));
    }

    private static async Task<IResult> Get(RouteTenant owner, string webhook, HttpResponse response, ManagementExchange exchange, TenantGrains grains) =>
        Named(owner, webhook, exchange).Try(out var tenant, out var refused)
            ? Tagged(response, await grains.For(tenant).Get<IWebhookGrain>(webhook).GetAsync())
            : Answer.Refused(refused);

    private static async Task<IResult> Replace(RouteTenant owner, string webhook, PutWebhook command, WebhookTargets targets, HttpRequest request, HttpResponse response, ManagementExchange exchange, TenantGrains grains)
    {
        if (!Named(owner, webhook, exchange).Try(out var tenant, out var refused) || !EntityCondition.Required(request).Try(out var condition, out refused) || (refused = MayHear(command, exchange) ?? targets.Check(command.Url)) is not null)
        {
            return Answer.Refused(refused);
        }

        var grain = grains.For(tenant).Get<IWebhookGrain>(webhook);
        if (!(await grain.GetAsync()).Try(out var known, out refused) || (refused = condition.Check(Version(known))) is not null)
        {
            return Answer.Refused(refused);
        }

        return Tagged(response, await grain.ReplaceAsync(command, known.Version, exchange.Caller));
    }

    private static async Task<IResult> Delete(RouteTenant owner, string webhook, HttpRequest request, ManagementExchange exchange, TenantGrains grains)
    {
        if (!Named(owner, webhook, exchange).Try(out var tenant, out var refused) || !EntityCondition.Required(request).Try(out var condition, out refused))
        {
            return Answer.Refused(refused);
        }

        var grain = grains.For(tenant).Get<IWebhookGrain>(webhook);
        if (!(await grain.GetAsync()).Try(out var known, out refused))
        {
            return Answer.Refused(refused);
        }

        refused = condition.Check(Version(known)) ?? await grain.DeleteAsync(known.Version, exchange.Caller);
        return refused is null ? Results.NoContent() : Answer.Refused(refused);
    }

    private static async Task<IResult> Enable(RouteTenant owner, string webhook, HttpResponse response, ManagementExchange exchange, TenantGrains grains) =>
        Named(owner, webhook, exchange).Try(out var tenant, out var refused)
            ? Tagged(response, await grains.For(tenant).Get<IWebhookGrain>(webhook).EnableAsync(exchange.Caller))
            : Answer.Refused(refused);

    private static async Task<IResult> Rotate(RouteTenant owner, string webhook, RotateWebhookSecret command, ManagementExchange exchange, TenantGrains grains) =>
        Named(owner, webhook, exchange).Try(out var tenant, out var refused)
            ? Answer.Ok(await grains.For(tenant).Get<IWebhookGrain>(webhook).RotateSecretAsync(command, exchange.Caller))
            : Answer.Refused(refused);

    private static async Task<IResult> Test(RouteTenant owner, string webhook, ManagementExchange exchange, TenantGrains grains) =>
        Named(owner, webhook, exchange).Try(out var tenant, out var refused)
            ? Answer.Ok(await grains.For(tenant).Get<IWebhookGrain>(webhook).TestAsync(exchange.Caller))
            : Answer.Refused(refused);

    /// <summary>Who may not read the trail has it sent nowhere: neither by a new endpoint, nor by another URL for one that is told of it.</summary>
    private static Problem? MayHear(PutWebhook command, ManagementExchange exchange) =>
        WebhookEventTypes.AuditClasses(command.EventTypes).Length == 0 || exchange.Permissions.AllowsAll(AuditRead) ? null : Problem.PermissionDenied(AuditRead.Text);

    private static IResult Tagged(HttpResponse response, Result<WebhookView> result) =>
        result.Try(out var webhook, out var refused) ? Answer.Versioned(response, webhook, Version(webhook)) : Answer.Refused(refused);

    private static string Version(WebhookView webhook) => webhook.Version.ToString(CultureInfo.InvariantCulture);
}
