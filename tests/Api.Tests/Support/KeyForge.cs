using System.IO.Hashing;
using System.Text;

namespace Platform.Api.Tests.Support;

/// <summary>An attacker's tool: keys whose public checksum is right, written from the documented form and not from the product's code.</summary>
public static class KeyForge
{
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    public static string Sign(string body)
    {
        var crc = Crc32.HashToUInt32(Encoding.ASCII.GetBytes(body));
        var check = new char[6];
        for (var i = 5; i >= 0; i--)
        {
            check[i] = Base62[(int)(crc % 62)];
            crc /= 62;
        }

        return body + new string(check);
    }

    /// <summary>The same id with another secret.</summary>
    public static string OtherSecret(string key) => Sign(key[..19] + new string('A', 43));

    public static string UnknownId(string key) => Sign(key[..10] + "zzzzzzzz" + key[18..^6]);

    public static string OtherEnvironment(string key) => Sign(key.Replace("_live_", "_test_", StringComparison.Ordinal)[..^6]);

    public static string OtherKind(string key) => Sign((key.StartsWith("mcpk_", StringComparison.Ordinal) ? "mcpm_" : "mcpk_") + key[5..^6]);

    public static string WrongChecksum(string key) => key[..^1] + (key[^1] == 'A' ? 'B' : 'A');
}
