using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using OpenIddict.Server;

namespace Platform.Api.OAuth.Server;

/// <summary>OpenIddict's options, once for each issuer: they differ in that alone.</summary>
internal sealed class IssuerOptions(IOptionsFactory<OpenIddictServerOptions> factory)
{
    private const int MaxEntries = 1_000;

    private readonly ConcurrentDictionary<Uri, OpenIddictServerOptions> _options = new();

    public OpenIddictServerOptions For(Uri issuer)
    {
        if (_options.TryGetValue(issuer, out var options))
        {
            return options;
        }

        if (_options.Count >= MaxEntries)
        {
            _options.Clear();
        }

        options = factory.Create(Options.DefaultName);
        options.Issuer = issuer;
        return _options.GetOrAdd(issuer, options);
    }
}
