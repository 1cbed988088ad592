using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;

namespace Platform.Grains.Logins;

/// <summary>Time-based one-time codes (RFC 6238) as every authenticator makes them: SHA-1, six digits, steps of 30 seconds, one step of grace either way.</summary>
internal static class Totp
{
    /// <summary>As long as the hash (RFC 4226, section 4, R6).</summary>
    public const int SecretBytes = 20;

    private const int Digits = 6;
    private const long StepSeconds = 30;
    private const int Grace = 1;
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public static long StepAt(DateTimeOffset now) => now.ToUnixTimeSeconds() / StepSeconds;

    /// <summary>The code of a step (RFC 4226, section 5.3).</summary>
    [SuppressMessage("Security", "CA5350", Justification = "RFC 6238 with SHA-1 is what authenticators do; HMAC does not need SHA-1 to resist collisions.")]
    public static string Code(ReadOnlySpan<byte> secret, long step)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
        HMACSHA1.HashData(secret, counter, hash);
        var number = (BinaryPrimitives.ReadInt32BigEndian(hash[(hash[^1] & 0xf)..]) & int.MaxValue) % 1_000_000;
        return number.ToString("D6", CultureInfo.InvariantCulture);
    }

    /// <summary>True for a code of now or of the step before or after, later than the last one used: a code that was seen over a shoulder is worth nothing (RFC 6238, section 5.2).</summary>
    /// <param name="secret">Shared with the authenticator.</param>
    /// <param name="code">As typed, without blanks.</param>
    /// <param name="now">The time of the request.</param>
    /// <param name="lastUsed">The step of the last code that was accepted.</param>
    /// <param name="used">The step to remember.</param>
    public static bool TryVerify(ReadOnlySpan<byte> secret, string code, DateTimeOffset now, long lastUsed, out long used)
    {
        used = lastUsed;
        var found = false;
        if (code.Length != Digits)
        {
            return false;
        }

        // Every step is computed whether or not one matched.
        for (var step = StepAt(now) - Grace; step <= StepAt(now) + Grace; step++)
        {
            if (CryptographicOperations.FixedTimeEquals(System.Text.Encoding.UTF8.GetBytes(Code(secret, step)), System.Text.Encoding.UTF8.GetBytes(code)) && step > lastUsed)
            {
                (found, used) = (true, step);
            }
        }

        return found;
    }

    /// <summary>RFC 4648 base32 without padding.</summary>
    public static string Text(ReadOnlySpan<byte> secret)
    {
        var text = new System.Text.StringBuilder((secret.Length * 8 + 4) / 5);
        var (bits, count) = (0, 0);
        foreach (var octet in secret)
        {
            (bits, count) = ((bits << 8) | octet, count + 8);
            while (count >= 5)
            {
                count -= 5;
                text.Append(Base32[(bits >> count) & 31]);
            }
        }

        return count == 0 ? text.ToString() : text.Append(Base32[(bits << (5 - count)) & 31]).ToString();
    }

    /// <summary>What authenticators read from a picture.</summary>
    public static string UriOf(ReadOnlySpan<byte> secret, string issuer, string account) =>
        $"otpauth://totp/{Uri.EscapeDataString(issuer)}:{Uri.EscapeDataString(account)}?secret={Text(secret)}&issuer={Uri.EscapeDataString(issuer)}&algorithm=SHA1&digits={Digits}&period={StepSeconds}";
}
