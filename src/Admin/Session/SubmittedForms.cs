using System.Security.Cryptography;
using Microsoft.Extensions.Caching.Memory;

namespace Platform.Admin.Session;

/// <summary>
/// Lets a form that must not happen twice pass once. A reload of the page that shows a new key's secret would otherwise issue a second key.
/// Kept in memory: across nodes or restarts the worst case is that second key, never a second look at the first secret.
/// </summary>
internal sealed class SubmittedForms : IDisposable
{
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(12);

    private readonly Lock _gate = new();
    private readonly MemoryCache _seen = new(new MemoryCacheOptions { SizeLimit = 20_000 });

    public static string NewTicket() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>True the first time a ticket is shown; false afterwards and for anything that is not a ticket.</summary>
    public bool TryUse(string? ticket)
    {
        if (ticket is not { Length: 32 } || !ticket.All(char.IsAsciiHexDigitLower))
        {
            return false;
        }

        lock (_gate)
        {
            if (_seen.TryGetValue(ticket, out _))
            {
                return false;
            }

            _seen.Set(ticket, true, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Remembered });
            return true;
        }
    }

    public void Dispose() => _seen.Dispose();
}
