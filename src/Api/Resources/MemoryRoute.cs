using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Resources;

namespace Platform.Api.Resources;

/// <summary>The key that a route names. What cannot be a key is not found, or refused where it would be written.</summary>
internal static class MemoryRoute
{
    public static Result<string> Target(HttpContext http) => KeyOf(http).Try(out var key, out var refused) ? MemoryKey.Target(key) : refused;

    public static Result<string> KeyOf(HttpContext http)
    {
        if (http.GetRouteValue("key") is string key && MemoryKey.IsValid(key))
        {
            return key;
        }

        return HttpMethods.IsPut(http.Request.Method) ? Problem.Invalid([new FieldError("key", MemoryKey.Rule)]) : Problem.ResourceNotFound();
    }
}
