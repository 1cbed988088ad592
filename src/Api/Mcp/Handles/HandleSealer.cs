using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Platform.Abstractions.Mcp;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;

namespace Platform.Api.Mcp.Handles;

/// <summary>What a sealed handle is bound to: presented anywhere else it does not open (RS-5; MCP 2026-07-28, MRTR, server requirements).</summary>
/// <param name="Tenant">Whose key seals it.</param>
/// <param name="Principal">Who may bring it back.</param>
/// <param name="Purpose">Kind of handle, method and object, such as <c>state tools/call deploy</c>.</param>
/// <param name="Digest">Of the arguments it belongs to; empty when it belongs to none.</param>
internal readonly record struct HandleBinding(TenantId Tenant, string Principal, string Purpose, ReadOnlyMemory<byte> Digest)
{
    public byte[] ToAssociatedData()
    {
        var text = Encoding.UTF8.GetBytes($"{Tenant}\n{Principal}\n{Purpose}\n");
        return [.. text, .. Digest.Span];
    }
}

/// <summary>A handle that opened.</summary>
/// <param name="Id">32 hexadecimal digits; names it to whoever keeps count.</param>
/// <param name="ExpiresAt">From then on it does not open.</param>
/// <param name="Payload">What was sealed.</param>
internal readonly record struct OpenedHandle(string Id, DateTimeOffset ExpiresAt, ReadOnlyMemory<byte> Payload);

/// <summary>
/// Seals what clients carry for the server, with AES-256-GCM under the tenant's key of the day: cursors and request states. A node holds derived keys
/// of the tenants it serves and never the secret they come from (docs/adr/0007). Form: base64url of period, nonce, ciphertext, tag.
/// </summary>
internal sealed class HandleSealer(TenantGrains grains, TimeProvider clock)
{
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int PeriodSize = 4;
    private const int HeaderSize = 8 + 16;
    private const int MaxTenants = 50_000;

    /// <summary>Longest handle that is read, in characters.</summary>
    private const int MaxLength = 16 * 1024;

    private static readonly TimeSpan KeyLife = TimeSpan.FromMinutes(10);
    private readonly ConcurrentDictionary<TenantId, Keys> _keys = new();

    public async ValueTask<string> SealAsync(HandleBinding binding, ReadOnlyMemory<byte> payload, TimeSpan life)
    {
        var key = (await KeysAsync(binding.Tenant)).Newest;
        var plain = new byte[HeaderSize + payload.Length];
        BinaryPrimitives.WriteInt64BigEndian(plain, (clock.GetUtcNow() + life).ToUnixTimeMilliseconds());
        RandomNumberGenerator.Fill(plain.AsSpan(8, 16));
        payload.Span.CopyTo(plain.AsSpan(HeaderSize));
        var sealedBytes = new byte[PeriodSize + NonceSize + plain.Length + TagSize];
        BinaryPrimitives.WriteInt32BigEndian(sealedBytes, (int)key.Period);
        var nonce = sealedBytes.AsSpan(PeriodSize, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(key.Key, TagSize);
        cipher.Encrypt(nonce, plain, sealedBytes.AsSpan(PeriodSize + NonceSize, plain.Length), sealedBytes.AsSpan(sealedBytes.Length - TagSize), binding.ToAssociatedData());
        return Base64Url.EncodeToString(sealedBytes);
    }

    /// <summary>The payload, or <c>invalid-params</c> for every reason there may be: the bearer learns nothing from the difference.</summary>
    public async ValueTask<Result<OpenedHandle>> OpenAsync(HandleBinding binding, string handle)
    {
        if (handle.Length is 0 or > MaxLength || !Base64Url.IsValid(handle))
        {
            return Invalid();
        }

        var bytes = Base64Url.DecodeFromChars(handle);
        if (bytes.Length < PeriodSize + NonceSize + HeaderSize + TagSize
            || (await KeysAsync(binding.Tenant)).Of(BinaryPrimitives.ReadInt32BigEndian(bytes)) is not { } key)
        {
            return Invalid();
        }

        var plain = new byte[bytes.Length - PeriodSize - NonceSize - TagSize];
        try
        {
            using var cipher = new AesGcm(key.Key, TagSize);
            cipher.Decrypt(bytes.AsSpan(PeriodSize, NonceSize), bytes.AsSpan(PeriodSize + NonceSize, plain.Length), bytes.AsSpan(bytes.Length - TagSize), plain, binding.ToAssociatedData());
        }
        catch (AuthenticationTagMismatchException)
        {
            return Invalid();
        }

        var expires = DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(plain));
        return clock.GetUtcNow() < expires
            ? new OpenedHandle(Convert.ToHexStringLower(plain.AsSpan(8, 16)), expires, plain.AsMemory(HeaderSize))
            : Invalid();
    }

    private async ValueTask<Keys> KeysAsync(TenantId tenant)
    {
        if (_keys.TryGetValue(tenant, out var keys) && clock.GetElapsedTime(keys.Fetched) < KeyLife)
        {
            return keys;
        }

        var fetched = clock.GetTimestamp();
        keys = new Keys(await grains.For(tenant).The<ISealingKeyGrain>().KeysAsync(), fetched);
        if (_keys.Count >= MaxTenants)
        {
            _keys.Clear();
        }

        _keys[tenant] = keys;
        return keys;
    }

    private static Problem Invalid() => Problem.InvalidParams("The handle is not valid, or no longer.");

    private sealed record Keys(SealingKey[] All, long Fetched)
    {
        public SealingKey Newest => All[0];

        public SealingKey? Of(int period) => Array.Find(All, key => key.Period == period);
    }
}
