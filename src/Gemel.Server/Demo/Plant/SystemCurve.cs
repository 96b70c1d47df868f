namespace Gemel.Server.Demo.Plant;

/// <summary>Head that the main asks for over flow: H = H_static + k Q².</summary>
/// <param name="StaticHead">Height that the water is lifted, in metres.</param>
/// <param name="Friction">k, in m/(m³/s)², above 0; pipes and valve together.</param>
internal readonly record struct SystemCurve(double StaticHead, double Friction)
{
    /// <summary>Head in metres at a flow in m³/s.</summary>
    public double Head(double flow) => StaticHead + (Friction * flow * flow);

    /// <summary>Flow in m³/s that a head drives through the main; 0 below the static head.</summary>
    public double Flow(double head) => Math.Sqrt(Math.Max(0, head - StaticHead) / Friction);
}
