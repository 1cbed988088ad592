using System.Collections.Frozen;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Platform.Api.Security;

namespace Platform.Api.OpenApi;

/// <summary>The reference for people: pages without script, one for each group of operations, made of the description.</summary>
internal sealed class ReferencePages
{
    private const string Index = "";

    private readonly byte[] _style = [.. Resource("oauth/tokens.css"), .. Resource("openapi/reference.css")];

    /// <summary>By group; made once, because anybody may ask for them.</summary>
    private readonly Lazy<FrozenDictionary<string, byte[]>> _pages;

    private readonly Lazy<byte[]> _missing;

    public ReferencePages(ApiDescription description)
    {
        var groups = new Lazy<IGrouping<string, ReferenceOperation>[]>(() => Groups(description.Document));
        _pages = new(() => groups.Value.Select(group => KeyValuePair.Create(group.Key, Tag(group, groups.Value, description.Document)))
            .Append(KeyValuePair.Create(Index, Overview(groups.Value, description.Document)))
            .ToFrozenDictionary(StringComparer.Ordinal));
        _missing = new(() => Page("Not found", "<h1>Not found</h1><p class=\"lead\">There is no such page. <a href=\"/docs\">All operations</a></p>", null, groups.Value));
    }

    public static string Text(string? text) => HtmlEncoder.Default.Encode(text ?? "");

    public Task ShowIndexAsync(HttpContext http) => WriteAsync(http, _pages.Value[Index], StatusCodes.Status200OK);

    public Task ShowTagAsync(HttpContext http) => _pages.Value.TryGetValue(http.Request.RouteValues["tag"] as string ?? Index, out var page)
        ? WriteAsync(http, page, StatusCodes.Status200OK)
        : WriteAsync(http, _missing.Value, StatusCodes.Status404NotFound);

    public Task ShowStyleAsync(HttpContext http)
    {
        SecurityHeaders.Api(http.Response.Headers);
        http.Response.Headers.CacheControl = "public, max-age=3600";
        return SendAsync(http, "text/css; charset=utf-8", _style);
    }

    private static byte[] Overview(IGrouping<string, ReferenceOperation>[] groups, JsonObject document)
    {
        var body = new StringBuilder("<h1>Management API</h1>").Append($"<p class=\"lead\">{Prose((string?)document["info"]!["description"])}</p>");
        foreach (var group in groups)
        {
            body.Append($"<section><h2><a href=\"/docs/{Text(group.Key)}\">{Text(Title(group.Key))}</a></h2><ul class=\"operations\">");
            foreach (var one in group)
            {
                body.Append($"<li><a href=\"/docs/{Text(group.Key)}#{Text(one.Anchor)}\"><span class=\"method {one.Method}\">{one.Method}</span> <code>{Text(one.Path)}</code></a><span class=\"summary\">{Text(one.Summary)}</span></li>");
            }

            body.Append("</ul></section>");
        }

        return Page("Management API", body.ToString(), null, groups);
    }

    private static byte[] Tag(IGrouping<string, ReferenceOperation> operations, IGrouping<string, ReferenceOperation>[] groups, JsonObject document)
    {
        var body = new StringBuilder($"<h1>{Text(Title(operations.Key))}</h1>");
        var writer = new ReferenceWriter(document);
        foreach (var one in operations)
        {
            writer.Write(body, one);
        }

        return Page(Title(operations.Key), body.ToString(), operations.Key, groups);
    }

    /// <summary>Text with code between backticks.</summary>
    public static string Prose(string? text)
    {
        var parts = Text(text).Split("&#x60;");
        var written = new StringBuilder(parts[0]);
        for (var i = 1; i < parts.Length; i++)
        {
            written.Append(i % 2 == 1 ? "<code>" : "</code>").Append(parts[i]);
        }

        return written.ToString();
    }

    private static IGrouping<string, ReferenceOperation>[] Groups(JsonObject document) =>
    [
        .. document["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject(), (path, operation) => new ReferenceOperation(operation.Key, path.Key, operation.Value!.AsObject()))
            .GroupBy(operation => operation.Tag, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal),
    ];

    private static string Title(string tag) => char.ToUpperInvariant(tag[0]) + tag[1..].Replace('-', ' ');

    private static Task WriteAsync(HttpContext http, byte[] page, int status)
    {
        SecurityHeaders.Api(http.Response.Headers);
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
        http.Response.StatusCode = status;
        return SendAsync(http, "text/html; charset=utf-8", page);
    }

    private static byte[] Page(string title, string body, string? current, IGrouping<string, ReferenceOperation>[] groups)
    {
        var links = string.Concat(groups.Select(group => $"<li><a href=\"/docs/{Text(group.Key)}\"{(group.Key == current ? " aria-current=\"page\"" : "")}>{Text(Title(group.Key))}</a></li>"));
        return Encoding.UTF8.GetBytes(
            $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="robots" content="noindex">
            <title>{Text(title)} · MoCoPr Platform</title>
            <link rel="stylesheet" href="/docs/style.css">
            </head>
            <body>
            <a class="skip" href="#content">Skip to content</a>
            <header><a class="brand" href="/docs">MoCoPr Platform · API reference</a><a href="/v1/openapi.json">openapi.json</a><a href="/">Console</a></header>
            <div class="columns">
            <nav aria-label="Operations"><ul>{links}</ul></nav>
            <main id="content">{body}</main>
            </div>
            </body>
            </html>
            """);
    }

    private static Task SendAsync(HttpContext http, string contentType, byte[] bytes)
    {
        http.Response.ContentType = contentType;
        http.Response.ContentLength = bytes.Length;
        return HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask : http.Response.Body.WriteAsync(bytes, http.RequestAborted).AsTask();
    }

    private static byte[] Resource(string name)
    {
        using var stream = typeof(ReferencePages).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"The resource {name} is missing.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
