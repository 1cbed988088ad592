using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Platform.Abstractions.Audit;

namespace Platform.Grains.Audit;

/// <summary>HMACs in the places of values (AL-3). The same value has the same one under the same salt, and nobody without the salt can try values.</summary>
public static class AuditHmac
{
    /// <summary>What is written while there is no salt: the value is lost, its event is not.</summary>
    public const string Missing = "[Redacted]";

    /// <summary>The HMAC of a value as records have it.</summary>
    public static string Of(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> digest) => HashedValue.Prefix + Base64Url.EncodeToString(HMACSHA256.HashData(salt, digest));

    /// <summary>The batch with nothing left to be hashed.</summary>
    /// <param name="batch">As it came.</param>
    /// <param name="salt">Of the trail; null when it cannot be had.</param>
    public static AuditBatch Fill(AuditBatch batch, byte[]? salt) => new(Array.ConvertAll(batch.Events, entry => Fill(entry, salt))) { Intents = Array.ConvertAll(batch.Intents, entry => Fill(entry, salt)) };

    public static bool IsNeeded(AuditBatch batch) => Array.Exists(batch.Events, entry => entry.Hashed.Length > 0) || Array.Exists(batch.Intents, entry => entry.Hashed.Length > 0);

    /// <summary>The event with HMACs in their places.</summary>
    public static AuditEvent Fill(AuditEvent entry, byte[]? salt)
    {
        if (entry.Hashed.Length == 0)
        {
            return entry;
        }

        var filled = new byte[entry.Record.Length + (HashedValue.Length * entry.Hashed.Length)];
        var (from, to) = (0, 0);
        foreach (var hashed in entry.Hashed)
        {
            entry.Record.AsSpan(from, hashed.At - from).CopyTo(filled.AsSpan(to));
            to += hashed.At - from;
            from = hashed.At;
            to += Encoding.ASCII.GetBytes(salt is null ? Missing : Of(salt, hashed.Digest), filled.AsSpan(to));
        }

        var rest = entry.Record.AsSpan(from);
        rest.CopyTo(filled.AsSpan(to));
        return entry with { Record = filled[..(to + rest.Length)], Hashed = [] };
    }
}
