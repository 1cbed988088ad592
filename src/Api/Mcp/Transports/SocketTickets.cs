using System.Security.Cryptography;
using System.Text;
using Platform.Abstractions.Mcp;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Mcp.Handles;

namespace Platform.Api.Mcp.Transports;

/// <summary>
/// Tickets for browsers, which cannot set headers on a WebSocket: good once, for 30 s, for one tenant and one origin, on any node. A ticket holds no
/// credential: that stays in a grain's memory, encrypted with a key that is in the ticket alone, so neither of the two is worth anything without the other.
/// </summary>
internal sealed class SocketTickets(HandleSealer sealer, TenantGrains grains, TimeProvider clock)
{
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(30);

    private const int IdSize = 16;
    private const int KeySize = 32;
    private const int TagSize = 16;

    public async ValueTask<string> IssueAsync(TenantId tenant, string origin, string credential)
    {
        var payload = RandomNumberGenerator.GetBytes(IdSize + KeySize);
        await Grain(tenant, payload).KeepAsync(Encrypt(payload.AsSpan(IdSize), credential), clock.GetUtcNow() + Life);
        return await sealer.SealAsync(Binding(tenant, origin), payload, Life);
    }

    /// <summary>The credential behind a ticket, this once; null for every reason there may be. A ticket that nobody made reaches no grain.</summary>
    public async ValueTask<string?> RedeemAsync(TenantId tenant, string origin, string ticket)
    {
        if (!(await sealer.OpenAsync(Binding(tenant, origin), ticket)).Try(out var opened, out _) || opened.Payload.Length != IdSize + KeySize)
        {
            return null;
        }

        return await Grain(tenant, opened.Payload.Span).TakeAsync() is { } kept ? Decrypt(opened.Payload.Span[IdSize..], kept) : null;
    }

    private static HandleBinding Binding(TenantId tenant, string origin) => new(tenant, "", $"socket-ticket {origin}", default);

    private ISocketTicketGrain Grain(TenantId tenant, ReadOnlySpan<byte> payload) =>
        grains.For(tenant).Get<ISocketTicketGrain>(Convert.ToHexStringLower(payload[..IdSize]));

    private static byte[] Encrypt(ReadOnlySpan<byte> key, string credential)
    {
        var plain = Encoding.UTF8.GetBytes(credential);
        var kept = new byte[plain.Length + TagSize];
        using var cipher = new AesGcm(key, TagSize);

        // The key seals this one message and no other, so its nonce may be any.
        cipher.Encrypt(new byte[12], plain, kept.AsSpan(0, plain.Length), kept.AsSpan(plain.Length));
        return kept;
    }

    private static string? Decrypt(ReadOnlySpan<byte> key, byte[] kept)
    {
        var plain = new byte[kept.Length - TagSize];
        using var cipher = new AesGcm(key, TagSize);
        try
        {
            cipher.Decrypt(new byte[12], kept.AsSpan(0, plain.Length), kept.AsSpan(plain.Length), plain);
            return Encoding.UTF8.GetString(plain);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }
}
