using Platform.Admin.Components.Design;

namespace Platform.Admin.Tests.Design;

public sealed class QrPathTests
{
    private const string Address = "otpauth://totp/MoCoPr:admin?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=MoCoPr";

    [Fact]
    public void It_is_a_code_of_a_known_size_with_its_quiet_zone_and_its_three_corners()
    {
        var (side, path) = QrPath.Of(Address);

        // 17 + 4 modules for each version, and four empty ones on every side (ISO/IEC 18004, 5.3.3 and 9.1).
        Assert.Equal(0, (side - 8 - 17) % 4);
        var ink = path.Split('z', StringSplitOptions.RemoveEmptyEntries).Select(module => module[1..module.IndexOf('h', StringComparison.Ordinal)].Split(' ')).Select(at => (X: int.Parse(at[0]), Y: int.Parse(at[1]))).ToHashSet();
        Assert.All(ink, module => Assert.True(module.X >= 4 && module.Y >= 4 && module.X < side - 4 && module.Y < side - 4));
        foreach (var (left, top) in new[] { (4, 4), (side - 11, 4), (4, side - 11) })
        {
            for (var y = 0; y < 7; y++)
            {
                for (var x = 0; x < 7; x++)
                {
                    var isDark = x is 0 or 6 || y is 0 or 6 || (x is >= 2 and <= 4 && y is >= 2 and <= 4);
                    Assert.Equal(isDark, ink.Contains((left + x, top + y)));
                }
            }
        }
    }

    [Fact]
    public void Another_secret_is_another_code() => Assert.NotEqual(QrPath.Of(Address).Path, QrPath.Of(Address.Replace("GEZD", "GEZA", StringComparison.Ordinal)).Path);
}
