using System.Text;
using QRCoder;

namespace Platform.Admin.Components.Design;

/// <summary>A QR code (ISO/IEC 18004, error correction M) with its quiet zone of four modules, as the path of an SVG whose unit is a module.</summary>
internal static class QrPath
{
    /// <param name="text">At most some 2 000 characters.</param>
    public static (int Side, string Path) Of(string text)
    {
        using var generator = new QRCodeGenerator();
        using var code = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var path = new StringBuilder();
        for (var y = 0; y < code.ModuleMatrix.Count; y++)
        {
            var row = code.ModuleMatrix[y];
            for (var x = 0; x < row.Length; x++)
            {
                if (row[x])
                {
                    path.Append(System.Globalization.CultureInfo.InvariantCulture, $"M{x} {y}h1v1h-1z");
                }
            }
        }

        return (code.ModuleMatrix.Count, path.ToString());
    }
}
