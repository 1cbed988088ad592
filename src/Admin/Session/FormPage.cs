using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Http;

namespace Platform.Admin.Session;

/// <summary>On an endpoint that takes a form of the page whose address is its own without the last segment.</summary>
internal sealed class FormPage
{
    /// <summary>The page that a posted form stood on; null when nobody goes back to it, as after signing out.</summary>
    public static string? Of(HttpContext context)
    {
        var path = context.Request.Path.ToUriComponent();
        return context.GetEndpoint()?.Metadata switch
        {
            { } metadata when metadata.GetMetadata<ComponentTypeMetadata>() is not null => path + context.Request.QueryString,
            { } metadata when metadata.GetMetadata<FormPage>() is not null => path[..path.LastIndexOf('/')],
            _ => null,
        };
    }
}
