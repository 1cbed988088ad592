using System.Globalization;
using Microsoft.AspNetCore.Http;
using Platform.Api.Security;

namespace Platform.Api.OAuth.Server;

/// <summary>The console's design tokens and, after them, what these pages need.</summary>
internal sealed class Stylesheet
{
    private readonly byte[] _css = [.. Read("oauth/tokens.css"), .. Read("oauth/style.css")];

    public async Task WriteAsync(HttpContext http)
    {
        SecurityHeaders.Api(http.Response.Headers);
        http.Response.Headers.CacheControl = "public, max-age=3600";
        http.Response.ContentType = "text/css; charset=utf-8";
        http.Response.ContentLength = _css.Length;
        await http.Response.BodyWriter.WriteAsync(_css, http.RequestAborted);
    }

    private static byte[] Read(string name)
    {
        using var stream = typeof(Stylesheet).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"The resource {name} is missing."));
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
