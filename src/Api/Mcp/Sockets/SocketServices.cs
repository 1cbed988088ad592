using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.Api.Audit;
using Platform.Api.Mcp.Backends;
using Platform.Api.Mcp.Subscriptions;

namespace Platform.Api.Mcp.Sockets;

/// <summary>What a connection needs of this node.</summary>
internal sealed class SocketServices(
    McpGate gate,
    AuditTrail audit,
    OutcomeRecord outcomes,
    CatalogueHub hub,
    McpCatalogues catalogues,
    OpenSockets open,
    IHostApplicationLifetime lifetime,
    IOptions<ApiOptions> options,
    TimeProvider clock,
    ILogger<SocketConnection> logger)
{
    public McpGate Gate => gate;

    public AuditTrail Audit => audit;

    public OutcomeRecord Outcomes => outcomes;

    public CatalogueHub Hub => hub;

    public McpCatalogues Catalogues => catalogues;

    public OpenSockets Open => open;

    public CancellationToken Stopping => lifetime.ApplicationStopping;

    public ApiOptions Options => options.Value;

    public TimeProvider Clock => clock;

    public ILogger Logger => logger;
}
