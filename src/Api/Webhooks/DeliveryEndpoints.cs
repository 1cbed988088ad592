using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Webhooks;
using Platform.Api.Management;
using Platform.Api.Tenants;

namespace Platform.Api.Webhooks;

/// <summary>What was sent to an endpoint and how it went; never what was in it, nor what was answered.</summary>
internal static class DeliveryEndpoints
{
    public static RouteHandlerBuilder[] Map(IEndpointRouteBuilder v1, string path, string area) =>
    [
        v1.MapGet($"{path}/{{webhook}}/deliveries", List).Needs($"{area}/deliveries", area, "read")
            .AnswersPage<WebhookDelivery>("Lists deliveries, newest first; never what was in them.").OrderedBy("number desc").OneOf("state", "waiting", "delivered", "failed", "dropped"),
        v1.MapPost($"{path}/{{webhook}}/deliveries/{{delivery}}:redeliver", Redeliver).Needs($"{area}/redeliver", area, "write")
            .Answers<WebhookDelivery>("Sends a delivery again.").MayRefuse(ProblemCode.QuotaExceeded),
    ];

    private static async Task<IResult> List(RouteTenant owner, string webhook, string? state, int? pageSize, string? pageToken, ManagementExchange exchange, TenantGrains grains)
    {
        if (!WebhookEndpoints.Named(owner, webhook, exchange).Try(out var tenant, out var refused) || !Answer.Page(pageSize, pageToken, IsNumber).Try(out var page, out refused))
        {
            return Answer.Refused(refused);
        }

        long? before = page.After is null ? null : long.Parse(page.After, NumberStyles.None, CultureInfo.InvariantCulture);
        return (await grains.For(tenant).Get<IWebhookGrain>(webhook).DeliveriesAsync(QueryWord.Of<WebhookDeliveryState>(state), before, page.Size + 1)).Try(out var deliveries, out refused)
            ? Answer.List(deliveries, page.Size, delivery => delivery.Number.ToString(CultureInfo.InvariantCulture))
            : Answer.Refused(refused);
    }

    private static async Task<IResult> Redeliver(RouteTenant owner, string webhook, string delivery, ManagementExchange exchange, TenantGrains grains) =>
        WebhookEndpoints.Named(owner, webhook, exchange).Try(out var tenant, out var refused)
            ? Answer.Ok(await grains.For(tenant).Get<IWebhookGrain>(webhook).RedeliverAsync(delivery, exchange.Caller))
            : Answer.Refused(refused);

    private static bool IsNumber(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
