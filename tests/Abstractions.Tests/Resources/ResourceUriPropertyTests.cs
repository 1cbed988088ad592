using CsCheck;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Resources;

namespace Platform.Abstractions.Tests.Resources;

[Trait("Control", "IN-3")]
public sealed class ResourceUriPropertyTests
{
    private static readonly Gen<string> Scheme = OneOfThese("file:///", "file:///", "https://", "https://", "https://", "memory://", "file://", "FILE:///", "http://", "test://", "file:/", "");

    private static readonly Gen<string> Host = OneOfThese("example.com", "EXAMPLE.com", "a", "b.example", "c.example", "a.b-c", "1.2.3.4", "0x1", "a.1b", "u@h", "h.", "h:443", "h:8443", "h:0443", "h:65536", "h:", "[::1]", "bücher", "");

    private static readonly Gen<string> Segment = Gen.OneOf(
        OneOfThese("a", "b", "report.md", "%41", "c"),
        OneOfThese("a", "B", "memory", "https", "..", ".", "...", "%2e", "%2E%2E", "%252e", "%2f", "%5c", "%00", "%20", "%C3%A9", "%c3", "%c0%af", "%e2%80%a4", "%F0%9D%94%B8", "%CC%81", "%d9%a3", ":", "?", "#", "\\", "\0", " ", "é", "x..y", "~!$&'()*+,;=@"),
        Gen.String[Gen.Char["ab.%2eF5/"], 0, 6]);

    private static readonly Gen<string> Shaped =
        Gen.Select(Scheme, Host, Gen.Bool, Segment.Array[1, 2].Select(string.Concat).Array[0, 3], (scheme, host, hosted, segments) =>
            scheme + (hosted || scheme == "https://" ? host + "/" : "") + string.Join('/', segments));

    private static readonly Gen<string> Text = Gen.OneOf(Shaped, Shaped, Gen.String, Gen.String.Select(text => "file:///" + text));

    [Fact]
    public void The_parser_agrees_with_a_slow_reference() => Text.Sample(
        text => (ResourceUri.TryParse(text, out var uri) ? (uri.Target, uri.ToString()) : ((string, string)?)null) == SlowUri.Parse(text), iter: 100_000);

    [Fact]
    public void The_canonical_form_is_a_fixpoint() => Text.Sample(
        text => !ResourceUri.TryParse(text, out var uri) || (ResourceUri.TryParse(uri.ToString(), out var again) && again == uri), iter: 100_000);

    [Fact]
    public void An_object_holds_nothing_that_leads_elsewhere() => Text.Sample(
        text => !ResourceUri.TryParse(text, out var uri)
            || (!uri.Target.Split('/').Any(segment => segment is "" or "." or "..") && !uri.Target.Any(c => char.IsControl(c) || c is '\\' or '%' or '?' or '#')),
        iter: 100_000);

    [Fact, Trait("Control", "AZ-2")]
    public void A_grant_of_a_folder_covers_every_object_below_it_and_no_other() => Text.Sample(
        text => !ResourceUri.TryParse(text, out var uri)
            || PermissionSet.Compile(["resources:read:a/*"]).Allows("resources", "read", uri.Target) == uri.Target.StartsWith("a/", StringComparison.Ordinal),
        iter: 50_000);

    [Fact]
    public void The_generator_makes_uris_of_both_kinds()
    {
        var accepted = 0;
        Shaped.Sample(text => Interlocked.Add(ref accepted, SlowUri.Parse(text) is null ? 0 : 1), iter: 5_000, threads: 1);

        Assert.InRange(accepted, 250, 4_750);
    }

    private static Gen<string> OneOfThese(params string[] choices) => Gen.Int[0, choices.Length - 1].Select(i => choices[i]);
}
