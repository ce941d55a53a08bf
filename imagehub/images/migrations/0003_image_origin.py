from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('images', '0002_likeness_usage_public'),
    ]

    operations = [
        migrations.AddField(
            model_name='image',
            name='origin',
            field=models.CharField(choices=[('ai', 'Made with AI'), ('not-ai', 'Made without AI, by its own account'), ('unknown', 'Unknown origin')], default='unknown', max_length=8),
        ),
        migrations.AddField(
            model_name='image',
            name='source_type',
            field=models.CharField(blank=True, default='', max_length=48),
        ),
    ]
