using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Platform.Grains.Webhooks;

/// <summary>Symmetric signatures of Standard Webhooks 1.0.0.</summary>
internal static class StandardWebhook
{
    /// <summary>Bytes of a secret; the specification asks for 24 to 64.</summary>
    public const int SecretBytes = 32;

    /// <summary>A secret as people copy it.</summary>
    public static string Serialize(ReadOnlySpan<byte> secret) => $"whsec_{Convert.ToBase64String(secret)}";

    /// <summary>The header <c>webhook-signature</c>: one signature for each secret, separated by spaces.</summary>
    /// <param name="secrets">The newest first.</param>
    /// <param name="id">Without a full stop.</param>
    /// <param name="timestamp">Of the attempt, in seconds since 1970.</param>
    /// <param name="body">As it is sent, byte for byte.</param>
    public static string Sign(IEnumerable<byte[]> secrets, string id, long timestamp, ReadOnlySpan<byte> body)
    {
        // "Signature scheme": {msg_id}.{timestamp}.{payload}.
        var head = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}."));
        var content = new byte[head.Length + body.Length];
        head.CopyTo(content, 0);
        body.CopyTo(content.AsSpan(head.Length));
        return string.Join(' ', secrets.Select(secret => $"v1,{Convert.ToBase64String(HMACSHA256.HashData(secret, content))}"));
    }
}
