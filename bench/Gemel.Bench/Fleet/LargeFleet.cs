using System.Globalization;
using System.Text;

namespace Gemel.Bench.Fleet;

/// <summary>Many twins of one model with so many numbers, named by 20 characters.</summary>
internal sealed record LargeFleet(int Twins, int Numbers)
{
    private const string Prefix = "twin-";

    public string ModelId => string.Create(CultureInfo.InvariantCulture, $"dtmi:gemel:bench:Large{Numbers};1");

    public string Model
    {
        get
        {
            IEnumerable<string> contents = Enumerable.Range(0, Numbers).Select(n => $$"""{"@type":"Property","name":"{{Property(n)}}","schema":"double"}""");
            return $$"""[{"@context":"dtmi:dtdl:context;3","@id":"{{ModelId}}","@type":"Interface","contents":[{{string.Join(',', contents)}}]}]""";
        }
    }

    public static string Id(int twin) => Prefix + twin.ToString("D15", CultureInfo.InvariantCulture);

    public static string Property(int number) => string.Create(CultureInfo.InvariantCulture, $"number{number}");

    /// <summary>All numbers of a twin; with a source time where one is given.</summary>
    public string Payload(int twin, int variant, string? time)
    {
        StringBuilder json = new("{");
        if (time is not null)
        {
            json.Append("\"$time\":\"").Append(time).Append("\",");
        }
        for (int number = 0; number < Numbers; number++)
        {
            json.Append(number == 0 ? "" : ",").Append('"').Append(Property(number)).Append("\":").Append(Readings.Text(twin, number, variant));
        }
        return json.Append('}').ToString();
    }
}
