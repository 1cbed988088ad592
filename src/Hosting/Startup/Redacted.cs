using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Hosting.Startup;

/// <summary>
/// The value of an option that is a secret. It prints, formats, serializes and debugs as <c>[Redacted]</c>; only <see cref="Reveal"/> gives it. In the configuration it
/// must be a reference: <see cref="ValidatedOptions"/> refuses it in clear (CF-3).
/// </summary>
[TypeConverter(typeof(RedactedConverter)), JsonConverter(typeof(RedactedJson)), DebuggerDisplay(Redacted.Text)]
public sealed class Redacted
{
    public const string Text = "[Redacted]";

    private readonly string _value;

    private Redacted(string value) => _value = value;

    public static Redacted Empty { get; } = new("");

    public static Redacted Of(string value) => new(value);

    /// <summary>The secret itself, for the one who sends it where it belongs.</summary>
    public string Reveal() => _value;

    public override string ToString() => _value.Length == 0 ? "" : Text;
}

/// <summary>For the configuration's binder; the other way leads to the redacted text only.</summary>
internal sealed class RedactedConverter : TypeConverter
{
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) => sourceType == typeof(string);

    public override object? ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) => Redacted.Of((string)value);
}

internal sealed class RedactedJson : JsonConverter<Redacted>
{
    public override Redacted Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Redacted.Of(reader.GetString() ?? "");

    public override void Write(Utf8JsonWriter writer, Redacted value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
