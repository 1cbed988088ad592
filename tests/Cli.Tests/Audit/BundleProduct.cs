using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Platform.Abstractions.Audit;
using Platform.Abstractions.SigningKeys;
using Platform.Grains.Secrets;
using Platform.Testing;

namespace Platform.Cli.Tests.Audit;

/// <summary>
/// The running product with two tenants, whose trails have sealed segments by two audit keys and an open end. Whoever holds it has seen every audit key's private part: tests attack with
/// them, and no more than the attack they play.
/// </summary>
public sealed class BundleProduct : IAsyncLifetime
{
    private static readonly TimeSpan MoreThanASegment = SegmentHeader.MostTime + TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, byte[]> _stolen = new(StringComparer.Ordinal);

    public ShiftedClock Clock { get; } = new();

    public PlatformApplication Platform { get; private set; } = null!;

    /// <summary>Of the tenant alpha: four segments, two of each key, and an open end.</summary>
    internal BundleFile Alpha { get; private set; } = null!;

    internal BundleFile Beta { get; private set; } = null!;

    /// <summary>Thumbprints of the audit keys, oldest first.</summary>
    public string[] Keys { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        Platform = await PlatformApplication.StartAsync(Clock, services =>
        {
            var real = services.Last(service => service.ServiceType == typeof(ISecretStore));
            services.AddSingleton<ISecretStore>(provider => new Thief((ISecretStore)real.ImplementationFactory!(provider), _stolen));
        });
        foreach (var tenant in (string[])["alpha", "beta"])
        {
            await Platform.GivenTenant(tenant);
        }

        await ActAsync();
        Clock.Advance(MoreThanASegment);
        await ActAsync();
        Clock.Advance(MoreThanASegment);
        await PlatformApplication.Expect(await Platform.Manage(HttpMethod.Get, "/v1/tenants/alpha/audit-checkpoint"), HttpStatusCode.OK);
        await PlatformApplication.Expect(await Platform.Manage(HttpMethod.Post, "/v1/audit-keys:rotate"), HttpStatusCode.OK);
        Clock.Advance(TimeSpan.FromMinutes(10));
        for (var i = 0; i < 3; i++)
        {
            await ActAsync();
            Clock.Advance(MoreThanASegment);
        }

        await ActAsync();
        Alpha = await ExportAsync("alpha");
        Beta = await ExportAsync("beta");
        var keys = await PlatformApplication.Expect(await Platform.Manage(HttpMethod.Get, "/v1/audit-keys"), HttpStatusCode.OK);
        Keys = [.. keys.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("key").GetProperty("kid").GetString()!)];
    }

    public ValueTask DisposeAsync() => Platform.DisposeAsync();

    /// <summary>Leaves a few events in both trails.</summary>
    public async Task ActAsync()
    {
        foreach (var tenant in (string[])["alpha", "beta"])
        {
            for (var i = 0; i < 5; i++)
            {
                await Platform.IssueKey(tenant);
            }
        }
    }

    internal async Task<BundleFile> ExportAsync(string tenant)
    {
        using var response = await Platform.Manage(HttpMethod.Get, $"/v1/tenants/{tenant}/audit:export");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/zip", response.Content.Headers.ContentType!.MediaType);
        return BundleFile.Read(await response.Content.ReadAsByteArrayAsync());
    }

    /// <summary>What somebody keeps elsewhere.</summary>
    public async Task<string> CheckpointAsync(string tenant) =>
        (await PlatformApplication.Expect(await Platform.Manage(HttpMethod.Get, $"/v1/tenants/{tenant}/audit-checkpoint"), HttpStatusCode.OK)).GetProperty("statement").GetString()!;

    /// <summary>A statement by one of the ring's keys, as a thief of its private part would make it.</summary>
    public string Sign(string type, byte[] payload, string key)
    {
        foreach (var pkcs8 in _stolen.Values)
        {
            using var curve = ECDsa.Create();
            curve.ImportPkcs8PrivateKey(pkcs8, out _);
            var point = curve.ExportParameters(includePrivateParameters: false).Q;
            var jwk = new PublicJwk { KeyType = "EC", Curve = "P-256", X = Base64(point.X!), Y = Base64(point.Y!) };
            if (AuditStatement.Thumbprint(jwk) == key)
            {
                var input = AuditStatement.SigningInput(type, key, payload);
                return AuditStatement.Compose(input, curve.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
            }
        }

        throw new InvalidOperationException("No such key.");
    }

    private static string Base64(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);

    private sealed class Thief(ISecretStore inner, ConcurrentDictionary<string, byte[]> stolen) : ISecretStore
    {
        public TimeSpan Granularity => inner.Granularity;

        public ValueTask<byte[]?> GetAsync(string name, CancellationToken cancel) => inner.GetAsync(name, cancel);

        public ValueTask<byte[]?> GetVersionAsync(string name, string version, CancellationToken cancel) => inner.GetVersionAsync(name, version, cancel);

        public ValueTask<string> SetAsync(string name, ReadOnlyMemory<byte> value, DateTimeOffset? expires, CancellationToken cancel)
        {
            if (name.StartsWith("audit-", StringComparison.Ordinal))
            {
                stolen[name] = value.ToArray();
            }

            return inner.SetAsync(name, value, expires, cancel);
        }

        public ValueTask<IReadOnlyList<SecretVersion>> VersionsAsync(string name, CancellationToken cancel) => inner.VersionsAsync(name, cancel);

        public ValueTask<bool> DisableAsync(string name, string version, CancellationToken cancel) => inner.DisableAsync(name, version, cancel);

        public ValueTask<bool> DeleteAsync(string name, CancellationToken cancel) => inner.DeleteAsync(name, cancel);
    }
}
