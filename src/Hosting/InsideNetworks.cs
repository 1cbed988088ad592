using System.Net;
using System.Net.Sockets;

namespace Platform.Hosting;

/// <summary>Networks that are not public and that the platform may send to all the same, because an operator named them.</summary>
public static class InsideNetworks
{
    private const int MostNetworks = 64;

    /// <summary>Reads a list separated by commas; an empty one opens nothing.</summary>
    /// <param name="text">Such as <c>10.0.0.5, 10.1.0.0/24, fd00:1::/64</c>.</param>
    /// <param name="networks">None, when there is a fault.</param>
    /// <returns>The entry at fault and why, or null.</returns>
    public static string? Read(string text, out IPNetwork[] networks)
    {
        networks = [];
        var entries = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (entries.Length > MostNetworks)
        {
            return $"has {entries.Length} entries; use networks, at most {MostNetworks}.";
        }

        var read = new IPNetwork[entries.Length];
        for (var i = 0; i < entries.Length; i++)
        {
            var entry = entries[i];
            var whole = entry.Contains('/', StringComparison.Ordinal) ? entry : entry.Contains(':', StringComparison.Ordinal) ? $"{entry}/128" : $"{entry}/32";

            // What is written here must read as one network to everybody: no 10.1, no host bits, no other spelling.
            if (!IPNetwork.TryParse(whole, out read[i]) || !string.Equals(read[i].ToString(), whole, StringComparison.OrdinalIgnoreCase) || read[i].BaseAddress.IsIPv4MappedToIPv6)
            {
                return $"has '{entry}'; write networks such as 10.1.0.0/24 by their first address, and addresses such as 10.0.0.5 or fd00::5, in their shortest form.";
            }

            if (read[i].PrefixLength < (read[i].BaseAddress.AddressFamily == AddressFamily.InterNetwork ? 8 : 32))
            {
                return $"has '{entry}', which opens far too much; name the receivers or their network.";
            }
        }

        networks = read;
        return null;
    }
}
