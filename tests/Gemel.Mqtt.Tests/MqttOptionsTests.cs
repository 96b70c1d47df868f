namespace Gemel.Mqtt.Tests;

public sealed class MqttOptionsTests
{
    [Fact]
    public void The_defaults_are_valid() => Assert.True(new MqttOptionsValidator().Validate(null, new MqttOptions()).Succeeded);

    [Fact]
    public void A_wrong_option_fails_with_name_value_and_rule()
    {
        MqttOptions options = new() { ReceiveMaximum = 10, ConnectTimeout = TimeSpan.Zero };
        Assert.Equal(
            ["Mqtt:ReceiveMaximum is 10; it must be between 1000 and 65535.", "Mqtt:ConnectTimeout is 00:00:00; it must be between 00:00:01 and 00:05:00."],
            new MqttOptionsValidator().Validate(null, options).Failures);
    }
}
