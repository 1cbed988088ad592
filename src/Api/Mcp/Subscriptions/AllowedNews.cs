using Platform.Abstractions.Identity;
using Platform.Api.Mcp.Backends;

namespace Platform.Api.Mcp.Subscriptions;

/// <summary>What of the news a caller may hear with the permissions it has now: those with which it subscribed may have gone (AZ-5).</summary>
internal static class AllowedNews
{
    public static CatalogueNews Of(CatalogueNews news, McpCatalogue catalogue, PermissionSet held) => news with
    {
        Tools = news.Tools && held.AllowsSome("tools", "read"),
        Prompts = news.Prompts && held.AllowsSome("prompts", "read"),
        Resources = news.Resources && held.AllowsSome("resources", "read"),
        Uris = news.Uris.Count == 0 ? [] : [.. news.Uris.Where(uri => catalogue.TryNameResource(uri, out var name, out _) && held.Allows("resources", "read", name))],
        TaskIds = HearsOfTasks(held) ? news.TaskIds : [],
    };

    /// <summary>Who may call no tool may not ask for a task either.</summary>
    public static bool HearsOfTasks(PermissionSet held) => held.AllowsSome("tools", "call");
}
