namespace Platform.Abstractions.Identity;

/// <summary>
/// Whether one denial takes away all that a permission names: what <see cref="Permission.Includes"/> says of every denial, asked of a table, so that whoever has thousands of grants and as many
/// denials costs no more than their sum.
/// </summary>
internal sealed class Denials
{
    private readonly HashSet<(string Area, string Action, string? Pattern)> _known;

    public Denials(IEnumerable<Permission> denied) => _known = [.. denied.Select(denial => (denial.Area, denial.Action, denial.Pattern))];

    /// <param name="area">Of a permission; <c>*</c> for everything.</param>
    /// <param name="action">Of a permission; <c>*</c> for every action.</param>
    /// <param name="pattern">Of a permission; null for every object.</param>
    public bool Take(string area, string action, string? pattern) =>
        _known.Count > 0 && (_known.Contains(("*", "*", null)) || TakeBy(area, action, pattern) || (!string.Equals(action, "*", StringComparison.Ordinal) && TakeBy(area, "*", pattern)));

    // By a denial of every object, of the same ones, or of all below a folder that they are in.
    private bool TakeBy(string area, string action, string? pattern)
    {
        if (_known.Contains((area, action, null)))
        {
            return true;
        }

        if (pattern is null)
        {
            return false;
        }

        if (_known.Contains((area, action, pattern)))
        {
            return true;
        }

        for (var slash = pattern.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = pattern.IndexOf('/', slash + 1))
        {
            if (_known.Contains((area, action, string.Concat(pattern.AsSpan(0, slash + 1), "*"))))
            {
                return true;
            }
        }

        return false;
    }
}
