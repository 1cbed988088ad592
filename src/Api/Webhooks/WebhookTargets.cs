using System.Net;
using Microsoft.Extensions.Options;
using Platform.Abstractions.Problems;
using Platform.Api.Outbound;

namespace Platform.Api.Webhooks;

/// <summary>Where webhooks may go: public addresses, and what an operator allows (<c>Platform:Webhooks:Networks</c>).</summary>
internal sealed class WebhookTargets(OutboundPolicy outbound, IOptions<ApiOptions> options)
{
    /// <summary>As Standard Webhooks asks for: 15 to 30 s for a receiver to answer. A slow one keeps one place of many.</summary>
    public OutboundPolicy Policy { get; } = outbound with { Networks = options.Value.WebhookNetworks, Patience = TimeSpan.FromSeconds(15), Concurrency = 512 };

    /// <summary>What is wrong with a URL, as far as it can be told without asking a name server; null when nothing is. Where a name leads is judged at every attempt.</summary>
    public Problem? Check(string text)
    {
        var url = new Uri(text);
        var isAllowed = Policy.Allows(url)
            && (IPAddress.TryParse(url.DnsSafeHost, out var literal) ? Policy.Allows(literal) : !url.IsLoopback || Policy.Allows(IPAddress.Loopback) || Policy.Allows(IPAddress.IPv6Loopback));
        return isAllowed ? null : Problem.Invalid([new FieldError("url", "Name a host with a public address; an operator may allow others.")]);
    }
}
