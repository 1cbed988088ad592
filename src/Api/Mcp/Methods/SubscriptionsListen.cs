using Platform.Api.Validation;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Mcp;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Resources;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Mcp.Backends;
using Platform.Api.Mcp.Subscriptions;
using Platform.Api.Mcp.Tasks;

namespace Platform.Api.Mcp.Methods;

/// <summary><c>subscriptions/listen</c>, 2026-07-28: the stream stays open until the client closes it, the credential is revoked or the server stops.</summary>
internal sealed class SubscriptionsListen(CatalogueHub hub, McpCatalogues catalogues, TenantGrains grains, IHostApplicationLifetime lifetime) : IMcpMethod
{
    public string Name => "subscriptions/listen";

    public AuditClass Class => AuditClass.ResourceAccess;

    public bool Streams => true;

    public bool KeepsTime => true;

    public bool Serves(McpEra era) => era == McpEra.Modern;

    public bool OnlyReads(TenantView tenant, McpMessage message) => true;

    public Result<Needed?> Permission(TenantView tenant, McpMessage message)
    {
        if (Read(message) is not { } filter)
        {
            return Problem.InvalidParams($"params.notifications must be an object of booleans and lists of at most {ListenFilter.MaxSubjects} texts.");
        }

        return filter.TaskIds.Length > 0 && !message.Features.HasFlag(ClientFeatures.Tasks) ? new MissingFeatures(ClientFeatures.Tasks) : (Needed?)null;
    }

    public async ValueTask<Result<McpResult>> RunAsync(McpRequest request, CancellationToken cancel)
    {
        var id = request.Message.Id;
        var granted = await GrantAsync(request, Read(request.Message)!);
        using var listener = await hub.ListenAsync(request.Tenant.Id, granted);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel, lifetime.ApplicationStopping);
        await request.Exchange.SendAsync(CatalogueMessages.Acknowledged(granted, id));
        try
        {
            while (true)
            {
                var news = await listener.NextAsync(end.Token);
                if (!(await request.Exchange.PermissionsAsync(end.Token)).Try(out var held, out var refused))
                {
                    // The token that is waited with is cancelled by this.
                    request.Exchange.End(refused);
                    continue;
                }

                await TellAsync(request, AllowedNews.Of(news, catalogues.For(request.Tenant), held), id);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested && !request.Exchange.Gone.IsCancellationRequested)
        {
            // MCP 2026-07-28, Graceful Closure.
            return new Closed(id);
        }
    }

    private async ValueTask TellAsync(McpRequest request, CatalogueNews news, ReadOnlyMemory<byte> id)
    {
        if (news.Tools)
        {
            await request.Exchange.SendAsync(CatalogueMessages.ListChanged(CatalogueChangeKind.Tools, id));
        }

        if (news.Prompts)
        {
            await request.Exchange.SendAsync(CatalogueMessages.ListChanged(CatalogueChangeKind.Prompts, id));
        }

        if (news.Resources)
        {
            await request.Exchange.SendAsync(CatalogueMessages.ListChanged(CatalogueChangeKind.Resources, id));
        }

        foreach (var uri in news.Uris)
        {
            await request.Exchange.SendAsync(CatalogueMessages.Updated(uri, id));
        }

        foreach (var task in news.TaskIds)
        {
            if ((await Task(request, task).GetAsync(request.Caller.Caller)).Try(out var view, out _))
            {
                await request.Exchange.SendAsync(CatalogueMessages.TaskChanged(view, id));
            }
        }
    }

    /// <summary>What the caller may hear of: of resources it may not read, and of tasks that are not its own, it learns nothing.</summary>
    private async ValueTask<ListenFilter> GrantAsync(McpRequest request, ListenFilter asked)
    {
        var catalogue = catalogues.For(request.Tenant);
        var tasks = new List<string>();
        var hearsOfTasks = AllowedNews.HearsOfTasks(request.Caller.Permissions);
        foreach (var task in asked.TaskIds)
        {
            if (hearsOfTasks && TaskRunner.IsId(task) && (await Task(request, task).GetAsync(request.Caller.Caller)).Try(out _, out _))
            {
                tasks.Add(task);
            }
        }

        return new ListenFilter(
            asked.Tools && request.Caller.Permissions.AllowsSome("tools", "read"),
            asked.Prompts && request.Caller.Permissions.AllowsSome("prompts", "read"),
            asked.Resources && request.Caller.Permissions.AllowsSome("resources", "read"),
            [.. asked.Uris.Select(ResourcePermission.Canonical).Distinct(StringComparer.Ordinal).Where(uri => uri.Length <= ResourceUri.MaxLength && catalogue.TryNameResource(uri, out var name, out _) && request.May("resources", "read", name))],
            [.. tasks]);
    }

    private IMcpTaskGrain Task(McpRequest request, string id) => grains.For(request.Tenant.Id).Get<IMcpTaskGrain>(id);

    private static ListenFilter? Read(McpMessage message) =>
        JsonMember.TryFind(message.Params.Span, "notifications"u8, out var notifications) ? ListenFilter.Read(notifications) : null;

    private sealed class Closed(ReadOnlyMemory<byte> id) : McpResult
    {
        public override void Write(Utf8JsonWriter writer, McpEra era)
        {
        }

        public override void WriteMeta(Utf8JsonWriter writer) => CatalogueMessages.WriteSubscription(writer, id.Span);
    }
}
