using Platform.Abstractions.Problems;
using Platform.Abstractions.Resources;
using Platform.Api.Mcp.Backends;

namespace Platform.Api.Mcp.Methods;

/// <summary>The permission that a request on <c>params.uri</c> needs.</summary>
internal static class ResourcePermission
{
    /// <summary>The one way to write it, by which changes are announced; what is not a URI of ours stays as it is.</summary>
    public static string Canonical(string uri) => ResourceUri.TryParse(uri, out var known) ? known.ToString() : uri;

    /// <summary>What the trail says: the canonical URI, or so much of what was sent as holds no secret. User, query and fragment are left out.</summary>
    public static string Target(string uri)
    {
        if (ResourceUri.TryParse(uri, out var known))
        {
            return known.ToString();
        }

        var end = uri.AsSpan().IndexOfAny('?', '#');
        var bare = end < 0 ? uri : uri[..end];
        var colon = bare.IndexOf(':', StringComparison.Ordinal);
        var start = colon + 1;
        while (colon > 0 && start < bare.Length && start <= colon + 2 && bare[start] is '/' or '\\')
        {
            start++;
        }

        var length = bare.AsSpan(start).IndexOfAny('/', '\\');
        var at = bare.AsSpan(start, length < 0 ? bare.Length - start : length).LastIndexOf('@');
        return colon > 0 && at >= 0 ? bare.Remove(start, at + 1) : bare;
    }

    public static Result<Needed?> Of(McpCatalogue catalogue, McpMessage message)
    {
        if (message.Uri is not { Length: > 0 } uri)
        {
            return Problem.InvalidParams("params.uri is missing.");
        }

        if (uri.Length > ResourceUri.MaxLength)
        {
            return Problem.InvalidParams($"params.uri is longer than {ResourceUri.MaxLength} characters.");
        }

        // What is not a URI of ours names nothing: it needs the permission to read, and then is not found.
        return new Needed("resources", "read", catalogue.TryNameResource(uri, out var name, out _) ? name : null);
    }
}
