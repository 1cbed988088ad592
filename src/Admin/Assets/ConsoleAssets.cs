using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Platform.Admin.Assets;

/// <summary>
/// The console's style sheets, script and mark, embedded in the assembly. Addresses carry a content hash, so they are cached for ever; they are compressed
/// once. Only exact names are served: there is no path to traverse.
/// </summary>
internal sealed class ConsoleAssets
{
    public const string Route = "/assets/{name}";

    private readonly FrozenDictionary<string, Asset> _byAddress;
    private readonly FrozenDictionary<string, string> _addresses;

    public ConsoleAssets()
    {
        var assets = Names.Select(Load).ToArray();
        _byAddress = assets.ToFrozenDictionary(asset => asset.Address, StringComparer.Ordinal);
        _addresses = assets.ToFrozenDictionary(asset => asset.Name, asset => "/assets/" + asset.Address, StringComparer.Ordinal);
    }

    public static IReadOnlyList<string> Names { get; } = ["tokens.css", "site.css", "tables.css", "watch.css", "site.js", "palette.js", "tail.js", "mark.svg"];

    /// <summary>The address to write into a page.</summary>
    public string this[string name] => _addresses[name];

    public static IResult Serve(string name, HttpContext context, ConsoleAssets assets)
    {
        if (!assets._byAddress.TryGetValue(name, out var asset))
        {
            return Results.NotFound();
        }

        var headers = context.Response.Headers;
        headers.CacheControl = "public, max-age=31536000, immutable";
        headers.Vary = "Accept-Encoding";
        if (!context.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.OrdinalIgnoreCase))
        {
            return Results.Bytes(asset.Plain, asset.ContentType);
        }

        headers.ContentEncoding = "br";
        return Results.Bytes(asset.Brotli, asset.ContentType);
    }

    private static Asset Load(string name)
    {
        using var stream = typeof(ConsoleAssets).Assembly.GetManifestResourceStream("wwwroot/" + name)
            ?? throw new InvalidOperationException($"The console's asset {name} is not embedded.");
        var plain = new byte[stream.Length];
        stream.ReadExactly(plain);
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            brotli.Write(plain);
        }

        var dot = name.LastIndexOf('.');
        var hash = Convert.ToHexStringLower(SHA256.HashData(plain))[..12];
        var type = name[dot..] switch
        {
            ".css" => "text/css; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            _ => "image/svg+xml",
        };
        return new Asset(name, $"{name[..dot]}.{hash}{name[dot..]}", type, plain, packed.ToArray());
    }

    private sealed record Asset(string Name, string Address, string ContentType, byte[] Plain, byte[] Brotli);
}
