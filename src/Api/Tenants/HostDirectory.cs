using Microsoft.Extensions.Options;
using Platform.Abstractions.Tenants;
using Platform.Api.Security;

namespace Platform.Api.Tenants;

/// <summary>
/// Whose a host is: the platform's configured names first, then the names under its domain, then the tenants' own. Exact but for ASCII case; the port is not compared (see
/// <see cref="HostHeader"/>). Any other spelling of a name, with a trailing dot or in Unicode, is another name.
/// </summary>
internal sealed class HostDirectory
{
    private readonly ApiOptions _options;
    private readonly KnownHosts _known;
    private readonly string _underDomain;
    private readonly string _scheme;
    private readonly string _port;

    public HostDirectory(KnownHosts known, IOptions<ApiOptions> options)
    {
        (_known, _options) = (known, options.Value);
        var site = new Uri(_options.DataUrl);
        _underDomain = _options.Domain.Length == 0 ? "" : "." + _options.Domain;
        _scheme = site.Scheme;
        _port = site.IsDefaultPort ? "" : $":{site.Port}";
    }

    /// <param name="host">As the request names it, with or without a port.</param>
    public ValueTask<HostOwner> OwnerOfAsync(string host)
    {
        if (HostGuard.IsAllowed(host, _options))
        {
            return ValueTask.FromResult(new HostOwner(HostOwnerKind.Platform, null, _options.DataUrl));
        }

        Span<char> buffer = stackalloc char[HostName.MaxLength];
        if (!HostHeader.TryReadName(host, out var written) || written.ToLowerInvariant(buffer) is var length && length < 0)
        {
            return Foreign();
        }

        var name = buffer[..length];
        if (_underDomain.Length > 0 && name.EndsWith(_underDomain, StringComparison.Ordinal))
        {
            var slug = name[..^_underDomain.Length];
            return TenantSlug.IsValid(slug) ? ValueTask.FromResult(TenantAt(slug.ToString(), name.ToString())) : Foreign();
        }

        return HostName.IsValid(name) ? OwnAsync(_known.FindAsync(name)) : Foreign();
    }

    /// <summary>Whether a name is the platform's, or could be a tenant's by its slug: no tenant can have it as its own.</summary>
    public bool IsReserved(string host) =>
        HostGuard.IsAllowed(host, _options)
        || (_underDomain.Length > 0 && (string.Equals(host, _options.Domain, StringComparison.Ordinal) || host.EndsWith(_underDomain, StringComparison.Ordinal)));

    /// <summary>What a tenant's own host is called as a URL.</summary>
    public HostOwner TenantAt(string slug, string host) => new(HostOwnerKind.Tenant, slug, $"{_scheme}://{host}{_port}");

    private async ValueTask<HostOwner> OwnAsync(ValueTask<HostEntry?> asking) =>
        await asking is { } entry ? TenantAt(entry.Slug, entry.Host) : default;

    private static ValueTask<HostOwner> Foreign() => ValueTask.FromResult(default(HostOwner));
}
