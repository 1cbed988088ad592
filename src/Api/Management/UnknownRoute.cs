using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using Platform.Abstractions.Problems;

namespace Platform.Api.Management;

/// <summary>What somebody who may ask hears of an address or a method that there is not.</summary>
internal sealed class UnknownRoute(EndpointDataSource endpoints)
{
    /// <summary>Operations alone: what else the process serves (the console has a page for every address) is none of an API's methods.</summary>
    private readonly Lazy<(TemplateMatcher Address, string Method)[]> _operations = new(() =>
    [
        .. endpoints.Endpoints.OfType<RouteEndpoint>().Where(endpoint => endpoint.Metadata.GetMetadata<ManagementOperation>() is not null)
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [], (endpoint, method) => (new TemplateMatcher(new RouteTemplate(endpoint.RoutePattern), new RouteValueDictionary()), method)),
    ]);

    public Problem Tell(HttpContext http)
    {
        var methods = _operations.Value.Where(operation => operation.Address.TryMatch(http.Request.Path, new RouteValueDictionary())).Select(operation => operation.Method).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        if (methods.Length == 0 || methods.Contains(http.Request.Method, StringComparer.OrdinalIgnoreCase))
        {
            return Problem.NotFound("route");
        }

        // RFC 9110, section 15.5.6.
        http.Response.Headers.Allow = string.Join(", ", methods);
        return new Problem(ProblemCode.MethodNotAllowed, $"This address knows {http.Response.Headers.Allow}.");
    }
}
