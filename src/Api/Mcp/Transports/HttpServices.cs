using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.Abstractions.Tenancy;
using Platform.Api.Mcp.Legacy;

namespace Platform.Api.Mcp.Transports;

/// <summary>What an exchange over HTTP needs of this node.</summary>
internal sealed class HttpServices(McpGate gate, LegacySessions sessions, TenantGrains grains, McpNode node, IOptions<ApiOptions> options, TimeProvider clock, ILogger<HttpExchange> logger)
{
    public McpGate Gate => gate;

    public LegacySessions Sessions => sessions;

    public TenantGrains Grains => grains;

    public McpNode Node => node;

    public ApiOptions Options => options.Value;

    public TimeProvider Clock => clock;

    public ILogger Logger => logger;
}
