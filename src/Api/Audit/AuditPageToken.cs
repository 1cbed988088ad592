using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Tenants;

namespace Platform.Api.Audit;

/// <summary>
/// Says where a page of a search ended, and of which search: one of another tenant, filter or order is refused instead of answering a page that fits neither. It gives no right to anything, so it
/// is bound and not sealed.
/// </summary>
internal sealed class AuditPageToken
{
    private readonly string _search;

    public AuditPageToken(TenantId tenant, AuditFilter filter, bool oldestFirst)
    {
        // Control characters are in none of the parts.
        var parts = string.Join('\n', tenant, oldestFirst, filter.From?.UtcTicks, filter.To?.UtcTicks, filter.Class, filter.Action, filter.Outcome, filter.Principal, filter.Correlation, filter.Hmac);
        _search = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(parts)).AsSpan(0, 12));
    }

    public string Write(AuditPlace place) => string.Create(CultureInfo.InvariantCulture, $"{place.At.UtcTicks}.{place.Sequence}.{_search}");

    public bool TryRead(string text, out AuditPlace place)
    {
        place = default;
        if (text.Split('.') is not [var at, var sequence, var search] || !string.Equals(search, _search, StringComparison.Ordinal)
            || !long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) || ticks > DateTimeOffset.MaxValue.UtcTicks
            || !long.TryParse(sequence, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        place = new AuditPlace(new DateTimeOffset(ticks, TimeSpan.Zero), number);
        return true;
    }
}
