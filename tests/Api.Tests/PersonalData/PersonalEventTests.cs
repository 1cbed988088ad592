using System.Text;
using System.Text.Json;
using Platform.Api.PersonalData;

namespace Platform.Api.Tests.PersonalData;

/// <summary>A copy of what one person did does not tell of the next.</summary>
public sealed class PersonalEventTests
{
    [Theory]
    [InlineData("acme/usr_bob", "acme/somebody-else")]
    [InlineData("acme/usr_alice", "acme/usr_alice")]
    [InlineData("usr_alice2/x", "somebody-else/x")]
    [InlineData("acme/ext_0123", "acme/somebody-else")]
    [InlineData("acme/svc_robot", "acme/svc_robot")]
    [InlineData("memory/notes", "memory/notes")]
    public void A_target_names_no_other_person(string target, string expected) => Assert.Equal(expected, PersonalEvent.Mask(target, "usr_alice"));

    [Fact]
    public void Everything_else_is_as_it_was_recorded()
    {
        Assert.Equal("""{"v":1,"principal":"usr_alice","target":"acme/somebody-else","durationUs":5}""", Written("""{"v":1,"principal":"usr_alice","target":"acme/usr_bob","durationUs":5}"""));
        Assert.Equal("", Written("\"not an object\""));
    }

    private static string Written(string record)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            PersonalEvent.Write(writer, JsonSerializer.Deserialize<JsonElement>(record), "usr_alice");
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
